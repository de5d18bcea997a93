import { existsSync } from 'node:fs';
import { text as readStream } from 'node:stream/consumers';
import type { Command } from 'commander';
import {
  DISAMBIGUATION_LIMITS,
  type DisambiguatedMentionView,
  type DisambiguationAnswer,
} from '../api/disambiguation.view.js';
import { linkedAnswer } from '../api/disambiguation-links.js';
import { checkTexts, DisambiguationQueries, type RankerSource } from '../api/disambiguation-queries.js';
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from '../formats/byte-sink.js';
import { readJsonLines, writeJsonLines } from '../formats/json-lines.js';
import { readText } from '../formats/text-chunks.js';
import { DISAMBIGUATION_DEFAULTS, type DisambiguationOptions } from '../medal/disambiguation/disambiguator.js';
import { NO_EDITS, type SenseEdits } from '../medal/disambiguation/own-senses.js';
import { readOwnSenses } from '../medal/disambiguation/read-own-senses.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { threadsOf } from '../runs/stage-runner.js';
import { readEnvironment } from '../settings/environment.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { integerUpTo, numberFrom, shelfOf } from './query-options.js';
import { workspaceOf } from './workspace-option.js';

interface DisambiguateOptions extends CommonOptions, DisambiguationOptions {
  model?: string;
  samples?: string;
  inventory?: string;
  kg?: string;
  senses?: string;
  file?: string;
  jsonl?: string;
  out?: string;
}

type Ask = (texts: readonly string[]) => Promise<DisambiguationAnswer>;

interface Line {
  readonly id: unknown;
  readonly text: string;
}

const SHOWN_ALTERNATIVES = 2;

/** `medgraft medal disambiguate`: the twin of POST /v1/medal/disambiguate. */
export function completeDisambiguate(command: Command): void {
  const { threshold, alternatives, mentions } = DISAMBIGUATION_LIMITS;
  command
    .argument('[text]', 'what is read; without, standard input')
    .option('--file <path>', 'a text file instead')
    .option('--jsonl <path>', 'JSON Lines with `text` and, when wanted, `id` instead; a line is answered by a line')
    .option('--out <path>', 'with --jsonl: where the answers go; without, the screen')
    .option('--model <run or folder>', 'a run of medal train, or its folder; without any, the newest of the workspace')
    .option('--samples <name>', 'a sample set of medal prepare: its inventory, ranked by its counts')
    .option('--inventory <path>', 'a table of abbreviations, ranked by its counts')
    .option('--senses <path>', 'own senses, and senses to leave out: .yaml, .jsonl or .tsv')
    .option('--kg <name>', 'graph that expansions are linked to')
    .option(
      '--threshold <number>',
      'mentions whose best sense is less probable are left open',
      numberFrom(threshold.minimum, threshold.maximum),
      DISAMBIGUATION_DEFAULTS.threshold,
    )
    .option(
      '--alternatives <integer>',
      'other senses of each mention',
      integerUpTo(alternatives.maximum, alternatives.minimum),
      alternatives.default,
    )
    .option('--mentions <integer>', 'of each text, at most', integerUpTo(mentions.maximum), mentions.default)
    .action((text: string | undefined) => disambiguate(text, command.optsWithGlobals<DisambiguateOptions>()));
}

async function disambiguate(text: string | undefined, options: DisambiguateOptions): Promise<void> {
  const { home, json, file, jsonl, out } = options;
  if ([text, file, jsonl].filter((source) => source !== undefined).length > 1) throw notOne();
  if (out !== undefined && jsonl === undefined) throw outAlone();
  const edits = options.senses === undefined ? NO_EDITS : await readOwnSenses(options.senses);
  const queries = new DisambiguationQueries(workspaceOf(home), threadsOf(readEnvironment()));
  try {
    const ask = await askerOf(queries, options, edits);
    if (jsonl === undefined) {
      const answer = await ask([
        text ?? (file === undefined ? await readStream(process.stdin) : await documentOf(file)),
      ]);
      if (json) printJson(answer);
      else printAnswer(answer, options.alternatives);
      return;
    }
    const answers = answersOf(jsonl, ask);
    if (out !== undefined) await writeFileAtomically(out, (sink: ByteSink) => writeJsonLines(sink, answers));
    else for await (const answer of answers) printJson(answer);
  } finally {
    await queries.dispose();
  }
}

async function askerOf(queries: DisambiguationQueries, options: DisambiguateOptions, edits: SenseEdits): Promise<Ask> {
  const { home, kg, threshold, alternatives, mentions } = options;
  const graph = kg === undefined ? undefined : await shelfOf(home).graph(kg);
  const question = { ...sourceOf(options), edits, threshold, alternatives, mentions };
  return async (texts) => linkedAnswer(await queries.disambiguate({ ...question, texts }), graph);
}

function sourceOf({ model, samples, inventory }: DisambiguateOptions): RankerSource {
  if (model === undefined) return { samples, inventory };
  return existsSync(model) ? { folder: model, samples, inventory } : { run: model, samples, inventory };
}

/** Stops reading where the text is longer than may be asked. */
async function documentOf(path: string): Promise<string> {
  let text = '';
  for await (const piece of readText(path)) {
    text += piece;
    if (text.length > DISAMBIGUATION_LIMITS.characters) break;
  }
  checkTexts([text]);
  return text;
}

async function* answersOf(path: string, ask: Ask): AsyncGenerator<object, void> {
  for await (const block of blocksOf(path)) {
    const { texts } = await ask(block.map(({ text }) => text));
    for (const [i, { mentions, total }] of texts.entries()) yield { id: block[i].id, mentions, total };
  }
}

/** As many lines as may be asked at once. */
async function* blocksOf(path: string): AsyncGenerator<Line[], void> {
  let block: Line[] = [];
  let characters = 0;
  for await (const { line, value } of readJsonLines(path)) {
    const next = lineOf(value, line, `${path}:${line}`);
    const isFull = block.length === DISAMBIGUATION_LIMITS.texts;
    if (isFull || characters + next.text.length > DISAMBIGUATION_LIMITS.characters) {
      if (block.length > 0) yield block;
      [block, characters] = [[], 0];
    }
    block.push(next);
    characters += next.text.length;
  }
  if (block.length > 0) yield block;
}

function lineOf(value: unknown, line: number, place: string): Line {
  const { text, id } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const most = DISAMBIGUATION_LIMITS.characters;
  if (typeof text === 'string' && text.length <= most) return { id: id ?? line, text };
  throw new MedgraftError('input', 'medal.question', 'the line holds no text that can be read', {
    place,
    expected: `{"text": "..."} of at most ${most} characters`,
    got: typeof text === 'string' ? `${text.length} characters` : `a text that is ${typeof text}`,
  });
}

function printAnswer({ source, model, texts }: DisambiguationAnswer, alternatives: number): void {
  const [{ mentions, total }] = texts;
  if (mentions.length > 0) printLine(table(mentions.map((mention) => rowOf(mention, alternatives))));
  const left = mentions.filter(({ expansion }) => expansion === null).length;
  const open = left === 0 ? '' : `, ${left} left open`;
  printLine(`${mentions.length} of ${total} abbreviations${open}; ranked by ${model ?? source}`);
}

function rowOf(mention: DisambiguatedMentionView, alternatives: number): string[] {
  const { start, end, text, source, expansion, probability, entity } = mention;
  const others = mention.alternatives.slice(0, Math.min(alternatives, SHOWN_ALTERNATIVES));
  return [
    `${start}-${end}`,
    text,
    expansion ?? '(open)',
    source === 'definition' ? 'defined' : percent(probability),
    entity === undefined ? '' : `${entity.name} (${entity.type}, ${entity.key})`,
    others.map((other) => `${other.expansion} ${percent(other.probability)}`).join(', '),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function notOne(): MedgraftError {
  return new MedgraftError('input', 'medal.question', 'more than one is named that is to be read', {
    place: 'text, --file, --jsonl',
    expected: 'one of the three',
  });
}

function outAlone(): MedgraftError {
  return new MedgraftError('input', 'medal.question', 'only answers to --jsonl are written to a file', {
    place: '--out',
    expected: '--jsonl beside it',
    hint: 'without it, send standard output to a file',
  });
}
