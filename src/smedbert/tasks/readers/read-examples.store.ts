import { basename } from 'node:path';
import { MedgraftError } from '../../../base/errors.js';
import { readJsonLines } from '../../../formats/json-lines.js';
import { readLines } from '../../../formats/text-lines.js';
import { limitNegatives } from '../answer-ranking.js';
import type { DownstreamTask } from '../downstream-task.js';
import { emptyFile } from '../task-errors.js';
import type { TaskExample } from '../task-example.js';
import type { TaskFormat } from '../task-format.js';
import { unrelatedPairs } from '../unrelated-pairs.js';
import { CMEDQA } from './cmedqa.js';
import { candidateFiles, readCandidates } from './read-cmedqa.store.js';

export interface ReadOptions {
  /** Undefined: found out from the file's name and its first row. */
  readonly format?: string;
  /** For training: wrong answers a right one, and unrelated pairs a relation. */
  readonly negatives: number;
  /** Every candidate is judged, but not every wrong one has to be learned from. */
  readonly use: 'training' | 'judging';
}

/** The examples of a task's file. @throws MedgraftError `task.format`, `task.record`, `task.empty`, what reading throws */
export async function readExamples(path: string, task: DownstreamTask, options: ReadOptions): Promise<TaskExample[]> {
  const format = await formatOf(path, task, options.format);
  const perQuestion = options.use === 'training' ? options.negatives : undefined;
  const read = format.name === CMEDQA.name ? await readCandidates(path, perQuestion) : await readRows(path, format);
  if (read.length === 0) throw emptyFile(path);
  if (task.name === 'ranking' && perQuestion !== undefined) return limitNegatives(read, perQuestion);
  return format.name === 'chip-re' ? withUnrelated(read, options.negatives) : read;
}

/** Every file that is read for a file of examples: their contents decide a result. */
export function filesOfExamples(path: string): string[] {
  return CMEDQA.recognises(undefined, path) ? candidateFiles(path) : [path];
}

async function formatOf(path: string, task: DownstreamTask, name: string | undefined): Promise<TaskFormat> {
  const { formats } = task;
  if (name !== undefined) {
    const format = formats.find((candidate) => candidate.name === name);
    if (format) return format;
    throw noFormat(path, task, `--format ${name}`);
  }
  const first = await firstLine(path);
  if (first === undefined) throw emptyFile(path);
  const fields = first.split('\t');
  const value = jsonOf(first);
  const found = formats.find(({ rows, recognises }) => {
    if (rows === 'json') return value !== undefined && recognises(value, path);
    return recognises(fields, path);
  });
  if (found) return found;
  throw noFormat(path, task, first.slice(0, SHOWN_CHARACTERS));
}

const SHOWN_CHARACTERS = 100;

async function firstLine(path: string): Promise<string | undefined> {
  for await (const { text } of readLines(path)) if (text.trim() !== '') return text;
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readRows(path: string, format: TaskFormat): Promise<TaskExample[]> {
  const examples: TaskExample[] = [];
  const name = basename(path);
  const add = (row: unknown, line: number) => {
    for (const example of format.parse?.(row, `${path}:${line}`, `${name}:${line}`) ?? []) examples.push(example);
  };
  if (format.rows === 'json') for await (const { line, value } of readJsonLines(path)) add(value, line);
  else for await (const { line, text } of readLines(path)) if (text.trim() !== '') add(text.split('\t'), line);
  return examples;
}

/** Sentences with their unrelated pairs, each after its relations. */
function withUnrelated(examples: readonly TaskExample[], negatives: number): TaskExample[] {
  const sentences = new Map<string, TaskExample[]>();
  for (const example of examples) {
    const sentence = sentences.get(example.group ?? '');
    if (sentence) sentence.push(example);
    else sentences.set(example.group ?? '', [example]);
  }
  return [...sentences.values()].flatMap((related) => [
    ...related,
    ...unrelatedPairs(related, related.length * negatives),
  ]);
}

function noFormat(place: string, { name, formats }: DownstreamTask, got: string): MedgraftError {
  return new MedgraftError('input', 'task.format', `this is no format of the task ${name}`, {
    place,
    expected: formats.map((format) => format.name).join(', '),
    got,
    hint: 'docs/tasks.md shows the shape of each format; choose one with --format',
  });
}
