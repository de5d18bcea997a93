import { text as readText } from 'node:stream/consumers';
import type { Command } from 'commander';
import { LINK_LIMITS } from '../api/link.view.js';
import { LinkQueries } from '../api/link-queries.js';
import { MedgraftError } from '../base/errors.js';
import type { AmbiguityRule } from '../text/resolve-ambiguity.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { addAmbiguityOptions, edgeOf, integerUpTo, shelfOf } from './query-options.js';

interface LinkOptions extends CommonOptions {
  kg: string;
  neighbours: number;
  mentions: number;
  ambiguity: AmbiguityRule;
  ambiguityThreshold: number;
  priorWeight: number;
}

const WHY = {
  only: 'no other entity has the name',
  rank: 'the highest rank',
  order: 'equal ranks or none: the first key',
  context: 'the best score',
} as const;

/** `medgraft link`: the twin of POST /v1/kgs/:kg/link. */
export function completeLink(command: Command): void {
  const { neighbours, mentions } = LINK_LIMITS;
  addAmbiguityOptions(command)
    .requiredOption('--kg <name>', 'graph')
    .argument('[text]', 'what is linked; without, standard input')
    .option('--neighbours <integer>', 'of each entity', integerUpTo(neighbours.maximum, 0), neighbours.default)
    .option('--mentions <integer>', 'at most', integerUpTo(mentions.maximum), mentions.default)
    .action(async (text: string | undefined) =>
      showLinks(text ?? (await readText(process.stdin)), command.optsWithGlobals<LinkOptions>()),
    );
}

async function showLinks(text: string, { home, json, kg, ...question }: LinkOptions): Promise<void> {
  if (text.length > LINK_LIMITS.text) throw tooLong(text.length);
  const answer = await new LinkQueries(shelfOf(home)).link(kg, { text, ...question });
  if (json) return printJson(answer);
  const entities = new Map(answer.entities.map((entity) => [entity.key, entity]));
  const rows = answer.mentions.map(({ start, end, text: mention, entity, rule, candidateCount, candidates }) => [
    `${start}-${end}`,
    mention,
    `${entities.get(entity)?.name} (${entities.get(entity)?.type}, ${entity})`,
    candidateCount === 1 ? WHY[rule] : `${WHY[rule]} of ${candidateCount}${scoreText(candidates[0])}`,
  ]);
  if (rows.length > 0) printLine(table(rows));
  for (const { name, neighbours: shown } of answer.entities) {
    if (shown.length > 0) printLine(`${name}: ${shown.map((each) => `${edgeOf(each)} ${each.name}`).join(', ')}`);
  }
  const unlinked = answer.unlinked === 0 ? '' : `, ${answer.unlinked} left unlinked: no entity scores enough`;
  printLine(
    `${answer.shown} of ${answer.total} mentions${unlinked}${answer.ranked ? '' : ' (not ranked: run medgraft kg rank)'}`,
  );
}

function scoreText({ score }: { score?: number }): string {
  return score === undefined ? '' : `: ${score.toFixed(2)}`;
}

function tooLong(length: number): MedgraftError {
  return new MedgraftError('input', 'link.long', 'the text is too long to be linked at once', {
    place: 'text',
    expected: `at most ${LINK_LIMITS.text} characters`,
    got: String(length),
    hint: 'medgraft corpus prepare and corpus link work on files of any size',
  });
}
