/**
 * A search for settings of `kg.embed`: rung by rung, each trial trained from where the rung before left it and ranked on the
 * validation triples. Done trials stand in the table, the one at work in its checkpoints: both in the scratch folder, so that
 * a killed search goes on to the table that it would have had.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { StageEvent } from '../../runs/stage.js';
import { assertSettingsFit } from '../embedding-options.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { EmbeddingTraining } from '../training/embedding-training.store.js';
import type { TripleSplit } from '../training/split-triples.js';
import { importanceAt } from '../training/triple-importance.js';
import { type Rung, ranked, survivors } from './halving.js';
import type { TrialRow, TrialTable } from './trial-table.store.js';

export interface SearchPlan {
  readonly rungs: readonly Rung[];
  /** What a trial draws. */
  drawn(trial: number): TrialRow['settings'];
  /** All that it is trained by. */
  settingsOf(drawn: TrialRow['settings'], epochs: number): TrainEmbeddingSettings;
}

/** One trial in one rung. */
interface Turn {
  readonly trial: number;
  readonly rung: number;
  readonly isLastRung: boolean;
}

export class EmbeddingSearch {
  private done = 0;

  /**
   * @param split whose test triples are empty: a search must not see them
   * @param scratch of the artefact
   */
  constructor(
    private readonly snapshot: GraphSnapshot,
    private readonly split: TripleSplit,
    private readonly plan: SearchPlan,
    private readonly table: TrialTable,
    private readonly scratch: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws MedgraftError `embedding.search` when no trial could be trained; `run.cancelled` */
  async *run(): AsyncGenerator<StageEvent, void> {
    const { rungs } = this.plan;
    let trials = Array.from({ length: rungs[0].trials }, (_, trial) => trial);
    for (const [rung, { epochs }] of rungs.entries()) {
      const isLastRung = rung === rungs.length - 1;
      await this.keepOnly(trials);
      if (rungs.length > 1) yield { kind: 'note', message: `${trials.length} trials of ${epochs} epochs` };
      for (const trial of trials) {
        if (this.table.find(trial, rung) === undefined) yield* this.take({ trial, rung, isLastRung });
        this.done++;
      }
      trials = survivors(this.table.ofRung(rung), isLastRung ? trials.length : rungs[rung + 1].trials);
    }
    if (ranked(this.table.rows).length === 0) throw this.nothingTrained();
  }

  /** Trains a trial up to the end of the rung and adds its row. */
  private async *take(turn: Turn): AsyncGenerator<StageEvent, void> {
    const { trial, rung, isLastRung } = turn;
    const start = performance.now();
    const drawn = this.plan.drawn(trial);
    const result = yield* this.result(turn, this.plan.settingsOf(drawn, this.plan.rungs[rung].epochs));
    const seconds = Math.round(performance.now() - start) / 1000;
    const row: TrialRow = { trial, rung, settings: drawn, ...result, seconds };
    await this.table.add(row);
    if (isLastRung || row.state === 'failed') await rm(this.folderOf(trial), { recursive: true, force: true });
    yield* this.describe(row);
  }

  private async *result(
    turn: Turn,
    settings: TrainEmbeddingSettings,
  ): AsyncGenerator<StageEvent, Omit<TrialRow, 'trial' | 'rung' | 'settings' | 'seconds'>> {
    try {
      assertSettingsFit(settings);
      return yield* this.train(turn, settings);
    } catch (error) {
      if (!isOfTrial(error)) throw error;
      const { place } = error.details;
      const reason = `${error.code}: ${error.message}${place === undefined ? '' : ` (${place})`}`;
      return { state: 'failed', reason };
    }
  }

  private async *train({ trial, isLastRung }: Turn, settings: TrainEmbeddingSettings) {
    const folder = this.folderOf(trial);
    await mkdir(folder, { recursive: true });
    const weights = importanceAt(this.snapshot, this.split.places, settings.importance);
    const keeping = { keepsEnd: !isLastRung };
    const { snapshot, split, signal } = this;
    const training = new EmbeddingTraining(snapshot, split, weights, settings, folder, signal, undefined, keeping);
    for await (const event of training.resume()) yield named(trial, event);
    yield* this.inSearch(trial, settings.model, training.trainAll());
    const { training: outcome, realistic } = training.evaluation[settings.model];
    const { epochs, bestEpoch, loss } = outcome;
    const { mrr, hits1, hits3, hits10 } = realistic ?? {};
    return { state: 'finished' as const, epochs, bestEpoch, mrr, hits1, hits3, hits10, loss };
  }

  /** A training's events as those of a part of the search. */
  private async *inSearch(
    trial: number,
    model: string,
    training: AsyncGenerator<StageEvent, unknown>,
  ): AsyncGenerator<StageEvent, void> {
    const total = this.plan.rungs.reduce((sum, { trials }) => sum + trials, 0);
    for (;;) {
      const { done, value: event } = await training.next();
      if (done) return;
      if (event.kind === 'progress') {
        const share = event.phase === model ? event.done / (event.total ?? 1) : 0;
        yield { kind: 'progress', phase: 'search', done: this.done + share, total, unit: 'trials' };
      } else if (event.kind === 'metric' && 'mrr' in event.values) yield { ...event, phase: `trial ${trial}` };
      else if (event.kind === 'warning') yield named(trial, event);
    }
  }

  private *describe(row: TrialRow): Generator<StageEvent> {
    const { trial, rung, state, reason, mrr, hits10, epochs } = row;
    if (state === 'failed') {
      yield { kind: 'warning', message: `trial ${trial} failed: ${reason}` };
      return;
    }
    const best = ranked(this.table.rows)[0];
    const figures = `MRR ${fixed(mrr)}, hits@10 ${fixed(hits10)} after ${epochs} epochs`;
    const step = this.table.rows.length;
    yield { kind: 'metric', phase: 'search', step, values: { mrr: mrr ?? 0, bestMrr: best.mrr ?? 0 } };
    const message = `trial ${trial}, rung ${rung}: ${figures}; best so far: trial ${best.trial}, ${fixed(best.mrr)}`;
    yield { kind: 'note', message };
  }

  private folderOf(trial: number): string {
    return join(this.scratch, `trial-${trial}`);
  }

  /** Checkpoints of trials that are out of the search are gone. */
  private async keepOnly(trials: readonly number[]): Promise<void> {
    const kept = new Set(trials.map((trial) => `trial-${trial}`));
    for (const name of await readdir(this.scratch)) {
      if (!name.startsWith('trial-') || kept.has(name)) continue;
      await rm(join(this.scratch, name), { recursive: true, force: true });
    }
  }

  private nothingTrained(): MedgraftError {
    const { reason } = this.table.rows[this.table.rows.length - 1];
    return new MedgraftError('input', 'embedding.search', 'no trial could be trained', {
      expected: 'settings that fit each other',
      got: reason,
    });
  }
}

/** It is the trial's settings that are wrong, not the search: they do not fit, diverge, or need too much memory. */
function isOfTrial(error: unknown): error is MedgraftError {
  if (!(error instanceof MedgraftError)) return false;
  return error.code.startsWith('embedding.') || error.code === 'engine.memory';
}

function named(trial: number, event: StageEvent): StageEvent {
  return 'message' in event ? { ...event, message: `trial ${trial}: ${event.message}` } : event;
}

function fixed(value: number | undefined): string {
  return value === undefined ? 'none' : value.toFixed(4);
}
