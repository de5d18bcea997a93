import { text as readText } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { EXPLAIN_LIMITS } from '../api/explain.view.js';
import { ExplainQueries, type ExplainResult } from '../api/explain-queries.js';
import { LINK_LIMITS } from '../api/link.view.js';
import { MedgraftError } from '../base/errors.js';
import { explanationPage } from '../report/explanation-page.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { threadsOf } from '../runs/stage-runner.js';
import { readEnvironment } from '../settings/environment.js';
import type { Explanation } from '../smedbert/explanation/explanation.js';
import { AMBIGUITY_RULES, type AmbiguityRule } from '../text/resolve-ambiguity.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { integerUpTo, numberFrom } from './query-options.js';
import { workspaceOf } from './workspace-option.js';

interface ExplainOptions extends CommonOptions {
  kg: string;
  corpus: string;
  masks: number;
  run?: string;
  model?: string;
  ambiguity?: AmbiguityRule;
  ambiguityThreshold?: number;
  priorWeight?: number;
  html?: string;
}

const SHOWN_NEIGHBOURS = 3;

/** `medgraft smedbert explain`: the twin of POST /v1/kgs/:kg/explain. */
export function completeExplain(command: Command): void {
  const { masks } = EXPLAIN_LIMITS;
  const { threshold, priorWeight } = LINK_LIMITS;
  command
    .requiredOption('--kg <name>', 'graph')
    .requiredOption('--corpus <name>', 'corpus that the model was pre-trained on')
    .argument('[texts...]', 'what is explained; without, the lines of standard input')
    .option('--run <id>', 'a run of smedbert pretrain; without, the newest of graph and corpus')
    .option('--model <folder>', 'a model folder instead, for example a checkpoint of a run')
    .option(
      '--masks <integer>',
      'best pieces that are shown of each [MASK]',
      integerUpTo(masks.maximum, 0),
      masks.default,
    )
    .option('--html <file>', 'also write a page to look at')
    .addOption(
      new Option('--ambiguity <rule>', 'of ambiguous names; without, as the corpus was linked').choices(
        AMBIGUITY_RULES,
      ),
    )
    .option(
      '--ambiguity-threshold <number>',
      'by context: names whose best entity scores less are left out',
      numberFrom(threshold.minimum, threshold.maximum),
    )
    .option(
      '--prior-weight <number>',
      'by context: how much rank and frequency weigh',
      numberFrom(priorWeight.minimum, priorWeight.maximum),
    )
    .action(async (texts: string[]) =>
      showExplanation(
        texts.length > 0 ? texts : linesOf(await readText(process.stdin)),
        command.optsWithGlobals<ExplainOptions>(),
      ),
    );
}

async function showExplanation(
  texts: readonly string[],
  { home, json, html, kg, ...question }: ExplainOptions,
): Promise<void> {
  checkTexts(texts);
  const queries = new ExplainQueries(workspaceOf(home), threadsOf(readEnvironment()));
  try {
    const answer = await queries.explain(kg, { ...question, texts });
    if (html !== undefined) await writeFileAtomically(html, explanationPage(answer));
    if (json) printJson(answer);
    else printAnswer(answer);
    if (html !== undefined && !json) printLine(`written: ${html}`);
  } finally {
    await queries.dispose();
  }
}

function printAnswer({ model, texts }: ExplainResult): void {
  printLine(`model ${model}`);
  for (const explained of texts) {
    printLine(`\n${explained.text}`);
    if (explained.cutTokens > 0) printLine(`(the model has no room for the last ${explained.cutTokens} word pieces)`);
    if (explained.mentions.length > 0) printLine(table(explained.mentions.map((mention) => rowOf(mention, explained))));
    else printLine('(no entity of the graph is mentioned)');
    for (const { start, best } of explained.predictions) {
      const guesses = best.map(({ piece, probability }) => `${piece} ${percent(probability)}`);
      printLine(`[MASK] at ${start}: ${guesses.join(', ')}`);
    }
  }
}

function rowOf(mention: Explanation['mentions'][number], { tokens }: Explanation): string[] {
  const { start, end, surface, state, entity, candidates, rule, neighbours } = mention;
  const gates = tokens.filter((token) => token.start >= start && token.end <= end).map(({ gate }) => gate ?? 0);
  const best = [...neighbours].sort((a, b) => b.nodeWeight - a.nodeWeight).slice(0, SHOWN_NEIGHBOURS);
  const chosen = candidates.find((candidate) => candidate.chosen);
  return [
    `${start}-${end}`,
    surface,
    `${entity.name} (${entity.type})`,
    candidates.length > 1 ? `${rule} of ${candidates.length}: ${percent(chosen?.score ?? 0)}` : rule,
    state === 'infused' ? `gate ${percent(gates.reduce((sum, gate) => sum + gate, 0) / gates.length)}` : state,
    best.map(({ name, nodeWeight }) => `${name} ${percent(nodeWeight)}`).join(', '),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function checkTexts(texts: readonly string[]): void {
  const { text: longest, texts: most } = EXPLAIN_LIMITS;
  if (texts.length === 0 || texts.length > most) {
    throw new MedgraftError('input', 'explain.texts', 'so many texts are not explained at once', {
      place: 'texts',
      expected: `1 to ${most}`,
      got: String(texts.length),
    });
  }
  const long = texts.findIndex((text) => text.length > longest);
  if (long < 0) return;
  throw new MedgraftError('input', 'explain.texts', 'the text is too long to be explained', {
    place: `text ${long + 1}`,
    expected: `at most ${longest} characters`,
    got: String(texts[long].length),
  });
}
