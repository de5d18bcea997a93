import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { Engine } from '../../engine/engine.js';
import { BatchSequence, bucketSegments, splitSegments } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { StageInputs } from '../../runs/stage.js';
import { readTokenizer, VOCABULARY_FILE } from '../../text/prepared-corpus.store.js';
import { openPreparedSegments, type PreparedSegments } from '../../text/prepared-segments.store.js';
import type { PretrainElectraSettings } from '../pretrain-settings.js';
import type { ElectraConfig } from './electra-config.js';
import { ElectraTask } from './electra-task.js';
import { MaskedBatches, SPECIAL_TOKENS } from './masked-batches.js';
import { evaluateReplacedTokens } from './replaced-token-evaluation.js';
import { ReplacedTokenStep } from './replaced-token-step.js';
import { startElectra } from './start-electra.store.js';

const PURPOSE = 'medal';

/** Everything an ELECTRA pre-training is made of, read from the prepared corpus and the folders it starts from. */
export interface ElectraPretraining {
  readonly config: ElectraConfig;
  readonly store: ParameterStore;
  readonly vocabulary: string;
  readonly lowerCase: boolean;
  readonly batches: MaskedBatches;
  readonly training: BatchSequence;
  readonly held: BatchSequence;
  /** Tokens of a segment's sample, special ones included, before it is cut. */
  sampleLength(segment: number): number;
  readonly absent: readonly string[];
  close(): void;
}

export async function openPretraining(
  { corpus }: StageInputs,
  settings: PretrainElectraSettings,
  signal: AbortSignal,
): Promise<ElectraPretraining> {
  const { tokenizer, lowerCase, pieces } = await readTokenizer(corpus.folder);
  const started = await startElectra(settings, pieces);
  const segments = await openPreparedSegments(corpus.folder, tokenizer, signal);
  try {
    const options = { ...settings, samples: settings.batchSize, special: tokenizer.special };
    return {
      ...started,
      vocabulary: await readFile(join(corpus.folder, VOCABULARY_FILE), 'utf8'),
      lowerCase,
      batches: new MaskedBatches((segment) => segments.tokens(segment), options),
      ...sequencesOf(segments, settings, started.config.discriminator.maximumPositions),
      sampleLength: (segment) => segments.segmentLength(segment) + SPECIAL_TOKENS,
      close: () => segments.close(),
    };
  } catch (error) {
    segments.close();
    throw error;
  }
}

/** What the trainer works on; `evaluation` computes on held-out segments, and is its opener's to dispose of. */
export function electraTask(
  { store, config, batches, training, held }: ElectraPretraining,
  { accumulation, discriminatorWeight: weight, evaluationBatches }: PretrainElectraSettings,
  evaluation: ReplacedTokenStep,
): ElectraTask {
  const judge = () => evaluateReplacedTokens(evaluation, batches, held, evaluationBatches, weight);
  return new ElectraTask(store, config, batches, training, accumulation, weight, judge);
}

export function evaluationStep(
  { store, config, batches }: ElectraPretraining,
  { discriminatorWeight: weight, seed }: PretrainElectraSettings,
  engine: Engine,
): ReplacedTokenStep {
  const model = { store, config, weight, shape: (key: string) => batches.shape(key) };
  return new ReplacedTokenStep(model, engine, seed, `${PURPOSE}.evaluation`, false);
}

function sequencesOf(segments: PreparedSegments, settings: PretrainElectraSettings, positions: number) {
  const { batchSize, seed, bucketTokens: width, validationShare } = settings;
  const { training, held } = splitSegments(segments.segmentCount, validationShare, seed, PURPOSE);
  if (training.length === 0 || held.length === 0) {
    throw new MedgraftError('input', 'medal.corpus', 'the corpus is too small to train and to evaluate on', {
      expected: 'at least 2 segments',
      got: String(segments.segmentCount),
      hint: 'prepare a larger corpus, or cut it into shorter segments (corpus prepare --maximum-tokens)',
    });
  }
  const maximumTokens = Math.min(settings.maximumTokens, positions);
  const options = { width, maximumTokens, samples: batchSize, added: SPECIAL_TOKENS };
  const inBuckets = (chosen: Int32Array) => {
    const buckets = bucketSegments(chosen, (segment) => segments.segmentLength(segment), options);
    return new BatchSequence(buckets, batchSize, seed, PURPOSE);
  };
  return { training: inBuckets(training), held: inBuckets(held) };
}
