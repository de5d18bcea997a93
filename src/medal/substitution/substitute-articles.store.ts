/**
 * Articles to the splits of a sample set, here or in threads, in bounded memory. On the way it notes how far everything is;
 * the next attempt in the same folder goes on from there.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../base/errors.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import type { StageEvent } from '../../runs/stage.js';
import { answersOfThreads } from '../../runs/thread-team.js';
import { CorpusProblems } from '../../text/corpus-problems.js';
import { SAMPLE_FILES, SPLITS, type SplitName } from '../samples/sample-layout.js';
import { SampleSplitWriter, type SplitProgress } from '../samples/sample-split-writer.store.js';
import { type ArticleBlock, ArticleBlocks, type ArticlePlace, type ArticleSource } from './article-blocks.store.js';
import {
  type Article,
  BLOCK_SAMPLE_FIELDS,
  BLOCK_TEXT_FIELDS,
  type BlockPart,
  BlockSubstitution,
  type SubstitutedBlock,
  type SubstitutionTask,
} from './substitute-block.js';

export interface ArticleTask {
  readonly source: ArticleSource;
  readonly substitution: SubstitutionTask;
  readonly shardBytes: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface ArticleCounts {
  /** Articles, or paragraphs of them. */
  texts: number;
  characters: number;
  dropped: number;
  candidates: number;
}

interface Progress {
  readonly counts: ArticleCounts;
  readonly place: ArticlePlace | undefined;
  readonly splits: Readonly<Record<SplitName, SplitProgress | undefined>>;
}

const THREAD = new URL('../../../dist/medal/substitution/substitution.thread.js', import.meta.url);
const PROGRESS_FILE = 'progress.json';
/** UTF-16 units of text between two notes of how far it is: about a second of work. */
const NOTE_CHARACTERS = 1 << 24;

/**
 * @param folder of an earlier attempt, or empty; afterwards it has a folder for each split
 * @returns the counts, and what was wrong with the files
 */
export async function* substituteArticles(
  folder: string,
  task: ArticleTask,
): AsyncGenerator<StageEvent, { counts: ArticleCounts; problems: CorpusProblems }> {
  const from = await readProgress(folder);
  if (from.place) yield { kind: 'note', message: `going on after ${from.counts.texts} texts` };
  const counts = { ...from.counts };
  const blocks = new ArticleBlocks(task.source, from.place);
  const writers = openWriters(folder, task, from);
  const pending: ArticleBlock[] = [];
  let unnoted = 0;
  try {
    for await (const answer of answersOf(task, questionsOf(blocks, pending))) {
      const { articles, characters, after } = pending.shift()!;
      for (const split of SPLITS) write(writers[split], answer.parts[split]);
      counts.texts += articles.length;
      counts.characters += characters;
      counts.dropped += answer.dropped;
      counts.candidates += answer.candidates;
      unnoted += characters;
      if (unnoted >= NOTE_CHARACTERS) {
        await writeProgress(folder, counts, after, writers);
        unnoted = 0;
      }
      yield { kind: 'progress', phase: 'substitute', done: counts.texts, unit: 'texts' };
      throwIfCancelled(task.signal);
    }
    for (const split of SPLITS) await writers[split].finish();
  } finally {
    for (const split of SPLITS) writers[split].abandon();
  }
  return { counts, problems: blocks.problems };
}

async function* questionsOf(blocks: ArticleBlocks, pending: ArticleBlock[]): AsyncGenerator<readonly Article[], void> {
  for await (const block of blocks.read()) {
    pending.push(block);
    yield block.articles;
  }
}

async function* answersOf(
  { substitution, threads }: ArticleTask,
  questions: AsyncIterable<readonly Article[]>,
): AsyncGenerator<SubstitutedBlock, void> {
  if (threads > 1) {
    yield* answersOfThreads<readonly Article[], SubstitutedBlock>(
      { thread: THREAD, data: substitution, threads },
      questions,
    );
    return;
  }
  const here = new BlockSubstitution(substitution);
  for await (const articles of questions) yield here.substitute(articles);
}

type Writers = Readonly<Record<SplitName, SampleSplitWriter>>;

function openWriters(folder: string, { shardBytes, substitution }: ArticleTask, { splits }: Progress): Writers {
  const classes = substitution.rows.length;
  const open = (split: SplitName) =>
    new SampleSplitWriter(join(folder, split), { classes, shardBytes, from: splits[split] });
  return { train: open('train'), valid: open('valid'), test: open('test') };
}

function write(writer: SampleSplitWriter, { records, texts, samples }: BlockPart): void {
  let [byte, sample] = [0, 0];
  for (let row = 0; row < texts.length; row += BLOCK_TEXT_FIELDS) {
    const [bytes, idBytes, textBytes, words, count] = texts.subarray(row, row + BLOCK_TEXT_FIELDS);
    const text = writer.addRecord(records.subarray(byte, byte + bytes), idBytes, textBytes, words);
    byte += bytes;
    for (const end = sample + count; sample < end; sample++) {
      writer.addSample(text, samples[BLOCK_SAMPLE_FIELDS * sample], samples[BLOCK_SAMPLE_FIELDS * sample + 1]);
    }
  }
}

async function writeProgress(
  folder: string,
  counts: ArticleCounts,
  place: ArticlePlace,
  writers: Writers,
): Promise<void> {
  const splits = { train: writers.train.progress(), valid: writers.valid.progress(), test: writers.test.progress() };
  await writeFileAtomically(join(folder, PROGRESS_FILE), JSON.stringify({ counts, place, splits } satisfies Progress));
}

/** Nothing where there was no attempt, or where its files were carried away already. */
async function readProgress(folder: string): Promise<Progress> {
  const path = join(folder, PROGRESS_FILE);
  const isThere = [path, ...SPLITS.map((split) => join(folder, split, SAMPLE_FILES.texts))].every((file) =>
    existsSync(file),
  );
  if (isThere) return JSON.parse(await readFile(path, 'utf8')) as Progress;
  const counts = { texts: 0, characters: 0, dropped: 0, candidates: 0 };
  return { counts, place: undefined, splits: { train: undefined, valid: undefined, test: undefined } };
}
