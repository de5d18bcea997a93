/**
 * The process of the models (api/model-process.ts): answers one question after the other, and ends when the service that
 * asked is gone.
 */
import { DisambiguationQueries, type DisambiguationQuestion } from './api/disambiguation-queries.js';
import { ExplainQueries, type ExplainQuestion } from './api/explain-queries.js';
import { type FromModelWorker, type ToModelWorker, toldOf } from './api/model-messages.js';
import { TaskPredictionQueries } from './api/task-prediction-queries.js';
import type { TaskPredictionsBody } from './api/task-predictions.view.js';
import { threadsOf } from './runs/stage-runner.js';
import { Workspace } from './runs/workspace.js';

type Answer = (name: string, values: object) => Promise<unknown>;

let answers: Record<ToModelWorker['question'], Answer> | undefined;
let last: Promise<void> = Promise.resolve();

process.on('disconnect', () => process.exit(0));
// A Ctrl-C in a terminal reaches the whole process group; the service decides what to do about it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToModelWorker) => {
  last = last.then(() => work(message));
});

async function work({ id, home, threads, question, name, values }: ToModelWorker): Promise<void> {
  answers ??= answersFor(home, threads);
  try {
    tell({ id, answer: await answers[question](name, values) });
  } catch (error) {
    tell({ id, error: toldOf(error) });
  }
}

function answersFor(home: string, threads: number | undefined): Record<ToModelWorker['question'], Answer> {
  const workspace = new Workspace(home);
  const explained = new ExplainQueries(workspace, threadsOf({ threads }));
  const predicted = new TaskPredictionQueries(workspace, threadsOf({ threads }));
  const disambiguated = new DisambiguationQueries(workspace, threadsOf({ threads }));
  return {
    disambiguate: (_, values) => disambiguated.disambiguate(values as DisambiguationQuestion),
    explain: (kg, values) => explained.explain(kg, values as ExplainQuestion),
    predict: (run, values) => predicted.predict(run, (values as TaskPredictionsBody).examples),
  };
}

function tell(message: FromModelWorker): void {
  if (process.connected) process.send?.(message);
}
