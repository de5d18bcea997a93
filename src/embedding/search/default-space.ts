/**
 * The spaces that are searched when the user names none: what the models of this program are sensitive to, within the
 * ranges of published searches (Ruffinelli, Broscheit and Gemulla 2020, "You CAN teach an old dog new tricks!").
 */
import { stringify } from 'yaml';
import type { EmbeddingModelName } from '../create-embedding.js';

type Space = Readonly<Record<string, unknown>>;

const COMMON: Space = {
  dimension: { values: [64, 128, 256] },
  chunkSize: { values: [128, 256, 512, 1024] },
  negatives: { values: [64, 256, 1024] },
  weighNegatives: { values: [false, true] },
  optimizer: { values: ['adagrad', 'adagrad-diagonal'] },
  learningRate: { log: [0.01, 1] },
  rateDecay: { uniform: [0.93, 1] },
  initial: { values: ['uniform', 'xavier'] },
};

/** Scores that are distances. */
const DISTANCE: Space = {
  ...COMMON,
  reciprocal: { values: [false, true] },
  loss: { values: ['cross-entropy', 'log-sigmoid'] },
  margin: { uniform: [1, 12] },
  adversarialTemperature: { values: [0, 0.5, 1] },
};

/** Scores that are products: without a penalty they learn their triples by heart. */
const PRODUCT: Space = {
  ...COMMON,
  reciprocal: true,
  penalty: { values: ['l2', 'n3'] },
  penaltyWeight: { log: [0.0001, 0.1] },
};

/** Of the models that can guess relations too. */
const GUESSING: Space = { relationWeight: { values: [0, 0.1, 0.5] } };

const PROJECTION: Space = { ...DISTANCE, dimension: { values: [50, 100, 200] } };

const SPACES: Readonly<Record<EmbeddingModelName, Space>> = {
  transe: { ...DISTANCE, ...GUESSING, norm: { values: [1, 2] } },
  transh: PROJECTION,
  transr: { ...PROJECTION, projectionRate: { log: [0.01, 1] } },
  transd: PROJECTION,
  distmult: { ...PRODUCT, ...GUESSING },
  complex: { ...PRODUCT, ...GUESSING },
  rotate: DISTANCE,
  simple: { ...PRODUCT, ...GUESSING },
  rescal: { ...PRODUCT, dimension: { values: [32, 64, 100] } },
};

/** As a user would write it. */
export function defaultSpace(model: EmbeddingModelName): string {
  return stringify({ model, ...SPACES[model] }, { collectionStyle: 'any' });
}
