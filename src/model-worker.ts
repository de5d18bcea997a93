/**
 * The process of the models (api/model-process.ts): answers one question after the other, and ends when the service that
 * asked is gone.
 */
import { ExplainQueries, type ExplainQuestion } from './api/explain-queries.js';
import { type FromModelWorker, type ToModelWorker, toldOf } from './api/model-messages.js';
import { threadsOf } from './runs/stage-runner.js';
import { Workspace } from './runs/workspace.js';

type Answer = (kg: string, values: object) => Promise<unknown>;

let answers: Record<ToModelWorker['question'], Answer> | undefined;
let last: Promise<void> = Promise.resolve();

process.on('disconnect', () => process.exit(0));
// A Ctrl-C in a terminal reaches the whole process group; the service decides what to do about it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToModelWorker) => {
  last = last.then(() => work(message));
});

async function work({ id, home, threads, question, kg, values }: ToModelWorker): Promise<void> {
  answers ??= answersFor(home, threads);
  try {
    tell({ id, answer: await answers[question](kg, values) });
  } catch (error) {
    tell({ id, error: toldOf(error) });
  }
}

function answersFor(home: string, threads: number | undefined): Record<ToModelWorker['question'], Answer> {
  const explained = new ExplainQueries(new Workspace(home), threadsOf({ threads }));
  return { explain: (kg, values) => explained.explain(kg, values as ExplainQuestion) };
}

function tell(message: FromModelWorker): void {
  if (process.connected) process.send?.(message);
}
