import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { readWeights } from '../../nn/model-weights.store.js';
import { Trainer, type TrainerEvent, type TrainerOptions } from '../../nn/trainer.js';
import { readTrainingState, writeTrainingState } from '../../nn/training-checkpoint.store.js';
import { TrainingLog } from '../../nn/training-log.store.js';
import { removeAbandoned, removeFolderAtomically } from '../../runs/atomic-folder.js';
import { latestCheckpoint, listCheckpoints, writeCheckpoint } from '../../runs/checkpoint-folder.js';
import type { StageEvent } from '../../runs/stage.js';
import type { FinetuneSettings } from '../finetune-settings.js';
import { writeModelFolder } from '../model/model-folder.store.js';
import { FinetuningTask } from './finetuning-task.js';
import { judgeModel } from './judge-model.js';
import type { Finetuning } from './open-finetuning.store.js';
import {
  type OpenedTaskModel,
  readSeedRecord,
  type SeedRecord,
  scoredModelOf,
  sealTaskModel,
  writeTaskModel,
} from './task-model.store.js';
import { TaskScorer } from './task-scorer.js';

/** Steps between log lines of the metric stream; the log file holds every step. */
const METRIC_EVERY = 10;

/** One training of a fine-tuning, in a folder of its own: taken up where it stopped, and passed over when it is whole. */
export interface SeedTraining {
  readonly seed: number;
  /** For people: `seed 2 (2 of 5)`. */
  readonly phase: string;
  readonly folder: string;
  readonly finetuning: Finetuning;
  readonly settings: FinetuneSettings;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

export async function* trainSeed(training: SeedTraining): AsyncGenerator<StageEvent, SeedRecord> {
  const { folder, phase } = training;
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const known = await readSeedRecord(folder);
  if (known && known.problem === undefined) {
    await removeCheckpoints(folder);
    yield { kind: 'note', message: `${phase}: finished earlier` };
    return known.record;
  }
  if (known) {
    yield { kind: 'warning', message: `${phase}: ${known.problem}; trained again`, place: folder };
    await removeFolderAtomically(folder);
    await mkdir(folder, { recursive: true });
  }
  const { store, absent } = await training.finetuning.newStore(training.seed);
  if (absent.length > 0) {
    const message = `the start model has no graph part: ${absent.length} parameters start at random or from kg.embed`;
    yield { kind: 'note', message };
  }
  return yield* new SeedSession(training, store).run();
}

/** One sitting of a seed's training. */
class SeedSession {
  private readonly model: OpenedTaskModel;
  private readonly scorer: TaskScorer;
  private readonly task: FinetuningTask;
  private readonly trainer: Trainer;
  private readonly steps: number;

  constructor(
    private readonly training: SeedTraining,
    store: OpenedTaskModel['store'],
  ) {
    const { finetuning, settings, seed, engine, signal } = training;
    this.model = { ...finetuning.model, store };
    const { task, batches } = this.model;
    this.scorer = new TaskScorer(scoredModelOf(this.model), engine, batches);
    const judge = async () => (await judgeModel(this.model, this.scorer, finetuning.dev, signal)).figures;
    const [chosenBy] = task.figures;
    this.task = new FinetuningTask(scoredModelOf(this.model), finetuning.training, batches, seed, chosenBy, judge);
    this.steps = settings.epochs * this.task.batchesPerEpoch;
    this.trainer = new Trainer(
      this.task,
      engine,
      trainerOptions(settings, this.steps, this.task.batchesPerEpoch, seed),
    );
  }

  async *run(): AsyncGenerator<StageEvent, SeedRecord> {
    const { folder } = this.training;
    yield* this.resume();
    const log = await TrainingLog.open(join(folder, 'log.jsonl'), this.trainer.state.step);
    let dev: Record<string, number> = (await log.evaluationAt(this.trainer.state.bestStep)) ?? {};
    try {
      for await (const event of this.trainer.run(this.training.signal)) {
        if (event.kind === 'save') {
          yield { kind: 'note', message: await this.save(event) };
          continue;
        }
        await log.add({ kind: event.kind, step: event.step, figures: event.figures });
        if (event.kind === 'evaluation' && event.best) dev = event.figures;
        yield* this.show(event);
      }
    } finally {
      await this.trainer.dispose();
      await this.scorer.dispose();
      await log.close();
    }
    return this.finish(dev);
  }

  private async *resume(): AsyncGenerator<StageEvent, void> {
    const { folder, phase } = this.training;
    const { checkpoint, skipped } = await latestCheckpoint(folder);
    for (const { folder: place, reason } of skipped) {
      yield { kind: 'warning', message: `checkpoint passed over: ${reason}`, place };
    }
    if (!checkpoint) return;
    await readWeights(checkpoint.folder, this.model.store);
    const state = await readTrainingState(checkpoint.folder, this.model.store, this.trainer.accumulated);
    Object.assign(this.trainer.state, state);
    yield { kind: 'note', message: `${phase}: going on after step ${state.step}` };
  }

  private async save({ step, reason }: TrainerEvent & { kind: 'save' }): Promise<string> {
    const { state, accumulated } = this.trainer;
    const { store, config, tokenizer } = this.model;
    const write = async (folder: string) => {
      await writeModelFolder(folder, store, config, `${tokenizer.pieces.join('\n')}\n`, tokenizer.lowerCase);
      await writeTrainingState(folder, store, state, accumulated);
    };
    const best = state.bestLoss === null ? undefined : state.bestStep;
    await writeCheckpoint(this.training.folder, step, write, 1, { best });
    return `${this.training.phase}: checkpoint after step ${step} (${reason})`;
  }

  private *show(event: Exclude<TrainerEvent, { kind: 'save' }>): Generator<StageEvent> {
    const { phase } = this.training;
    if (event.kind === 'step') {
      yield { kind: 'progress', phase, done: event.step, total: this.steps, unit: 'steps' };
      if (event.step % METRIC_EVERY !== 0 && event.step !== 1) return;
    }
    const name = event.kind === 'step' ? 'train' : 'dev';
    yield { kind: 'metric', phase: `${phase}, ${name}`, step: event.step, values: event.figures };
  }

  /** The folder becomes a model folder with the weights of the best epoch; the checkpoints have served. */
  private async finish(dev: Record<string, number>): Promise<SeedRecord> {
    const { folder, seed } = this.training;
    const { state } = this.trainer;
    if (state.bestLoss !== null && state.bestStep !== state.step) {
      await readWeights(join(folder, `checkpoint-${state.bestStep}`), this.model.store);
    }
    await writeTaskModel(folder, this.model);
    const epoch = Math.round(state.bestStep / this.task.batchesPerEpoch);
    const record = await sealTaskModel(folder, { seed, epoch, steps: state.step, dev });
    await removeCheckpoints(folder);
    return record;
  }
}

function trainerOptions(settings: FinetuneSettings, steps: number, perEpoch: number, seed: number): TrainerOptions {
  const { learningRate, warmup, weightDecay, clipNorm, saveEvery, patience } = settings;
  const fixed = { accumulation: 1, evaluateEvery: perEpoch };
  return { steps, learningRate, warmup, weightDecay, clipNorm, saveEvery, patience, seed, ...fixed };
}

async function removeCheckpoints(folder: string): Promise<void> {
  for (const checkpoint of await listCheckpoints(folder)) {
    if (existsSync(checkpoint.folder)) await removeFolderAtomically(checkpoint.folder);
  }
}
