import { extname } from 'node:path';
import type { Command } from 'commander';
import { type OpenedPredictor, TaskPredictionQueries } from '../api/task-prediction-queries.js';
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from '../formats/byte-sink.js';
import { readJsonLines, writeJsonLines } from '../formats/json-lines.js';
import { readLines } from '../formats/text-lines.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { threadsOf } from '../runs/stage-runner.js';
import { readEnvironment } from '../settings/environment.js';
import type { TaskExample } from '../smedbert/tasks/task-example.js';
import { questionOf, type TaskAnswer } from '../smedbert/tasks/task-question.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

interface TaskPredictOptions extends CommonOptions {
  model: string;
  text?: string;
  pair?: string;
  subject?: string;
  object?: string;
  file?: string;
  out?: string;
}

/** Examples of a file that are asked at once: batches of like lengths are made within. */
const BLOCK = 512;

/** `medgraft smedbert predict`: the twin of POST /v1/runs/:run/predictions. */
export function completeTaskPredict(command: Command): void {
  command
    .requiredOption('--model <run or folder>', 'a run of smedbert.finetune, its folder, or a folder of one seed')
    .option('--text <text>', 'what is asked')
    .option('--pair <text>', 'of matching, nli and ranking: the second text')
    .option('--subject <text>', 'of relation: the subject, at its first place in the text')
    .option('--object <text>', 'of relation: the object')
    .option('--file <path>', 'JSON Lines (.jsonl, .json) of questions, or a text a line')
    .option('--out <path>', 'where the answers go as JSON Lines; without, the screen')
    .action(() => predictTask(command.optsWithGlobals<TaskPredictOptions>()));
}

async function predictTask(options: TaskPredictOptions): Promise<void> {
  if ((options.text === undefined) === (options.file === undefined)) throw notOne();
  const queries = new TaskPredictionQueries(workspaceOf(options.home), threadsOf(readEnvironment()));
  try {
    const predictor = await queries.opened(options.model);
    const answers = answersOf(predictor, options);
    if (options.out === undefined) return await show(answers, options.json === true);
    await writeFileAtomically(options.out, (sink: ByteSink) => writeJsonLines(sink, answers));
  } finally {
    await queries.dispose();
  }
}

async function* answersOf(predictor: OpenedPredictor, options: TaskPredictOptions): AsyncGenerator<TaskAnswer, void> {
  if (options.text !== undefined) {
    yield* await predictor.predict([typedQuestion(options.text, options)], 'the command line');
    return;
  }
  let block: TaskExample[] = [];
  for await (const { value, place, line } of valuesOf(options.file ?? '')) {
    block.push(questionOf(predictor.task, value, place, String(line)));
    if (block.length < BLOCK) continue;
    yield* await predictor.answer(block);
    block = [];
  }
  yield* await predictor.answer(block);
}

/** Subject and object are typed as text, and marked at their first places. */
function typedQuestion(text: string, { pair, subject, object }: TaskPredictOptions): Record<string, unknown> {
  const spanOf = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
  return {
    text,
    ...(pair !== undefined && { pair }),
    ...(subject !== undefined && { subject: spanOf(subject) }),
    ...(object !== undefined && { object: spanOf(object) }),
  };
}

async function* valuesOf(path: string): AsyncGenerator<{ value: unknown; place: string; line: number }, void> {
  if (['.jsonl', '.json'].includes(extname(path))) {
    for await (const { line, value } of readJsonLines(path)) yield { value, place: `${path}:${line}`, line };
    return;
  }
  for await (const { line, text } of readLines(path)) {
    if (text.trim() !== '') yield { value: { text }, place: `${path}:${line}`, line };
  }
}

async function show(answers: AsyncIterable<TaskAnswer>, json: boolean): Promise<void> {
  const all: TaskAnswer[] = [];
  for await (const answer of answers) all.push(answer);
  if (json) return printJson({ predictions: all });
  const rows = all.map(({ id, label, probabilities, score, entities }) => [
    id,
    score === undefined ? (label ?? '') : score.toFixed(3),
    label !== undefined && probabilities ? probabilities[label].toFixed(3) : '',
    (entities ?? []).map(({ text, type, start }) => `${text} (${type}, ${start})`).join(', '),
  ]);
  if (rows.length > 0) printLine(table(rows));
}

function notOne(): MedgraftError {
  return new MedgraftError('input', 'predict.question', 'it is not said what is asked', {
    place: '--text, --file',
    expected: 'one of the two',
  });
}
