/**
 * The trainings of one `kg.embed`, one model after the other on the same split: events for the stage, checkpoints into the
 * folder that the next attempt finds, rankings at the end.
 */
import { setImmediate } from 'node:timers/promises';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { latestCheckpoint, writeCheckpoint } from '../../runs/checkpoint-folder.js';
import type { StageEvent } from '../../runs/stage.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { embeddingOptions, learningRateOf, startsFromTransE } from '../embedding-options.js';
import { type DataFacts, dataFacts } from '../evaluation/data-hash.js';
import { describeEvaluation, type Evaluation, evaluationOf, finalTask } from '../evaluation/embedding-report.js';
import { rankingReport } from '../evaluation/ranking-evaluation.js';
import type { RankingTask } from '../evaluation/ranking-lane.js';
import { type TrainingFacts, trainingFacts } from '../evaluation/training-facts.js';
import { partitionProblem } from '../partitions/partition-files.store.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import type { StartingVectors } from '../vectors/start-from.store.js';
import {
  type CheckpointFacts,
  readCheckpointFacts,
  readEmbeddingCheckpoint,
  writeEmbeddingCheckpoint,
} from './embedding-checkpoint.store.js';
import type { EmbeddingTrainer, TrainedEmbedding } from './embedding-trainer.js';
import { isAllFixed } from './fixed-rows.js';
import { openTrainer } from './open-trainer.store.js';
import type { TripleSplit } from './split-triples.js';
import { type TrainingEvent, trainEmbedding as train, validationTask } from './train-embedding.js';
import { TrainingProgress } from './training-progress.js';

export interface TrainingKeeping {
  /** The last epoch of a model leaves a checkpoint too: a training with more epochs goes on from it. */
  readonly keepsEnd?: boolean;
}

export class EmbeddingTraining {
  /** By model. */
  readonly evaluation: Record<string, Evaluation> = {};
  private readonly validation: RankingTask | undefined;
  private readonly final: RankingTask | undefined;
  private readonly facts: TrainingFacts;
  private readonly data: DataFacts;
  private found: { readonly folder: string; readonly facts: CheckpointFacts } | undefined;
  private savedAt = performance.now();

  /** @param scratch of the artefact: holds the checkpoints of this and of earlier attempts */
  constructor(
    private readonly snapshot: GraphSnapshot,
    private readonly split: TripleSplit,
    private readonly weights: Float32Array | undefined,
    private readonly settings: TrainEmbeddingSettings,
    private readonly scratch: string,
    private readonly signal: AbortSignal,
    private readonly starting?: StartingVectors,
    private readonly keeping: TrainingKeeping = {},
  ) {
    this.validation = validationTask(split, settings);
    this.final = finalTask(split);
    this.data = dataFacts(snapshot, split);
    this.facts = trainingFacts(split.train, { entities: snapshot.entityCount, relations: snapshot.relationCount });
  }

  /** Takes up what an interrupted attempt left. */
  async *resume(): AsyncGenerator<StageEvent, void> {
    const { checkpoint, skipped } = await latestCheckpoint(this.scratch);
    for (const { folder, reason } of skipped) {
      yield { kind: 'warning', message: `${folder} is not used: ${reason}` };
    }
    if (checkpoint === undefined) return;
    const problem = await partitionProblem(this.scratch, checkpoint.folder);
    if (problem !== undefined) {
      yield { kind: 'warning', message: `${checkpoint.folder} is not used: ${problem}` };
      return;
    }
    const facts = await readCheckpointFacts(checkpoint.folder);
    this.found = { folder: checkpoint.folder, facts };
    Object.assign(this.evaluation, facts.evaluation);
    yield { kind: 'note', message: `goes on with ${facts.model} after epoch ${facts.epoch}` };
  }

  /** @returns the model that the settings name */
  async *trainAll(): AsyncGenerator<StageEvent, TrainedEmbedding> {
    const { model, warmStartEpochs } = this.settings;
    const { fixed } = this.starting ?? {};
    const epochs = fixed && isAllFixed(fixed) ? 0 : this.settings.epochs;
    if (!startsFromTransE(this.settings)) return yield* this.train(model, epochs, 0);
    const isPast = this.found !== undefined && this.found.facts.model === model;
    const start = isPast ? undefined : yield* this.train('transe', warmStartEpochs, 0);
    return yield* this.train(model, epochs, warmStartEpochs, start);
  }

  /** @param before epochs of the models before: checkpoints are numbered through */
  private async *train(
    name: EmbeddingModelName,
    epochs: number,
    before: number,
    start?: TrainedEmbedding,
  ): AsyncGenerator<StageEvent, TrainedEmbedding> {
    const { snapshot, split, weights, settings } = this;
    const options = embeddingOptions(name, snapshot.entityCount, snapshot.relationCount, settings);
    const rankings = [this.validation, this.final].filter((task) => task !== undefined);
    const { scratch, starting } = this;
    const held = { ...settings, weights, rankings, scratch, fixed: starting?.fixed };
    const team = await openTrainer(options, settings, split.train, held);
    try {
      const progress = await this.begin(team, start);
      return yield* this.trainBy(team, name, epochs, before, progress);
    } finally {
      team.close();
    }
  }

  /** From a checkpoint, another model's vectors, or anew. */
  private async begin(team: EmbeddingTrainer, start?: TrainedEmbedding): Promise<TrainingProgress> {
    const { found } = this;
    this.found = undefined;
    if (found) {
      await team.load?.(found.folder);
      return readEmbeddingCheckpoint(found.folder, found.facts, team.embedding);
    }
    if (start) team.startFrom(start);
    else team.initialise?.();
    if (this.starting) team.adopt(this.starting.vectors, this.starting.known);
    return new TrainingProgress();
  }

  private async *trainBy(
    team: EmbeddingTrainer,
    name: EmbeddingModelName,
    epochs: number,
    before: number,
    progress: TrainingProgress,
  ): AsyncGenerator<StageEvent, TrainedEmbedding> {
    const { split, settings, signal, validation, final } = this;
    const validate = validation && (() => rankingReport(team.rank(0), validation.triples));
    const schedule = { ...settings, epochs, learningRate: learningRateOf(name, settings) };
    const training = train(team, schedule, signal, validate, progress);
    const isOver = ({ epoch, misses }: TrainingProgress) => epoch >= epochs || misses >= settings.patience;
    let step = training.next();
    for (; !step.done; step = training.next()) {
      yield stageEvent(name, step.value, epochs);
      if (step.value.kind === 'epoch' && (this.isDue() || (this.keeping.keepsEnd && isOver(progress)))) {
        await this.save(before + progress.epoch, async (folder) => {
          await team.save?.(folder);
          await writeEmbeddingCheckpoint(folder, name, team.embedding, progress, this.evaluation);
        });
        team.saved?.();
      }
      // Training computes without a pause: let the signal and the readers of events have their turn.
      await setImmediate();
    }
    const table = final && team.rank(validation ? 1 : 0);
    const report = table && rankingReport(table, final.triples, this.facts);
    this.evaluation[name] = evaluationOf(split, this.data, step.value, report);
    const trained = team.trained();
    yield { kind: 'note', message: describeEvaluation(trained.name, this.evaluation[name]) };
    return trained;
  }

  private isDue(): boolean {
    return performance.now() - this.savedAt >= this.settings.checkpointSeconds * 1000;
  }

  private async save(number: number, write: (folder: string) => Promise<void>): Promise<void> {
    await writeCheckpoint(this.scratch, number, write, 1);
    this.savedAt = performance.now();
  }
}

function stageEvent(name: EmbeddingModelName, event: TrainingEvent, epochs: number): StageEvent {
  if (event.kind === 'progress') {
    const done = event.epoch - 1 + event.done / event.total;
    return { kind: 'progress', phase: name, done, total: epochs, unit: 'epochs' };
  }
  const { epoch, loss, learningRate, validation } = event;
  const values: Record<string, number> = { loss, learningRate };
  if (validation) Object.assign(values, { mrr: validation.realistic.mrr, hits10: validation.realistic.hits10 });
  return { kind: 'metric', phase: name, step: epoch, values };
}
