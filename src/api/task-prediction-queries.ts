/** What fine-tuned models say of texts: on the command line, and in the process that the service asks. */
import { existsSync } from 'node:fs';
import { MedgraftError } from '../base/errors.js';
import { readRun } from '../runs/run-record.js';
import type { Workspace } from '../runs/workspace.js';
import type { TaskExample } from '../smedbert/tasks/task-example.js';
import { TaskPredictor } from '../smedbert/tasks/task-predictor.store.js';
import type { TaskAnswer } from '../smedbert/tasks/task-question.js';
import { ModelShelf } from './model-shelf.js';

export interface TaskPredictions {
  readonly run: string;
  readonly task: string;
  readonly predictions: readonly TaskAnswer[];
}

/** A model that stays open is asked by two methods of it. */
export type OpenedPredictor = Pick<TaskPredictor, 'task'> & {
  predict(questions: readonly unknown[], place: string): Promise<TaskAnswer[]>;
  answer(examples: readonly TaskExample[]): Promise<TaskAnswer[]>;
};

const KEPT_MODELS = 2;

export class TaskPredictionQueries {
  private readonly shelf = new ModelShelf<TaskPredictor>(KEPT_MODELS, (predictor) => predictor.close());

  /** @param threads of numeric engines */
  constructor(
    private readonly workspace: Workspace,
    private readonly threads: number,
  ) {}

  /**
   * @param id of a run
   * @throws MedgraftError `run.unknown`, `task.no-model`, `task.record`, `artefact.altered`, ...
   */
  async predict(id: string, questions: readonly unknown[]): Promise<TaskPredictions> {
    const { folder, hash } = await this.find(id);
    const model = await this.open(folder, hash);
    return { run: id, task: model.task.name, predictions: await model.predict(questions, 'examples') };
  }

  /** @param model id of a run, or a folder; the predictor belongs to these queries @throws as `predict` */
  async opened(model: string): Promise<OpenedPredictor> {
    const { folder, hash } = existsSync(model) ? { folder: model, hash: '' } : await this.find(model);
    return this.open(folder, hash);
  }

  dispose(): Promise<void> {
    return this.shelf.dispose();
  }

  private async find(id: string): Promise<{ folder: string; hash: string }> {
    const run = await readRun(this.workspace, id);
    if (run === undefined) {
      throw new MedgraftError('missing', 'run.unknown', 'there is no such run', { place: 'run', got: id });
    }
    if (run.manifest && run.record.stage === 'smedbert.finetune') {
      return { folder: run.folder, hash: `${run.manifest.hash} ${run.manifest.createdAt}` };
    }
    throw new MedgraftError('missing', 'task.no-model', 'the run has no fine-tuned model', {
      place: 'run',
      expected: 'a finished run of smedbert.finetune',
      got: `${run.record.stage}, ${run.state}`,
    });
  }

  /** A run that was made anew is another. */
  private open(folder: string, hash: string): Promise<TaskPredictor> {
    return this.shelf.get(`${folder}\n${hash}`, () => TaskPredictor.open(folder, this.threads));
  }
}
