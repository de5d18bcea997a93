/** From the settings of `kg.embed` to a model, its loss and its optimizer; what does not fit together is refused here. */
import { MedgraftError } from '../base/errors.js';
import { type EmbeddingModelName, type EmbeddingOptions, traitsOf } from './create-embedding.js';
import { canJudgeAnswers, type LossOptions } from './models/loss.js';
import type { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { negativesOf } from './training/create-chunks.js';

/** Models that can start from a TransE of their width. */
const TRANSLATIONS: readonly EmbeddingModelName[] = ['transh', 'transr', 'transd'];

/** Not when there are vectors to start from. */
export function startsFromTransE({ model, warmStart, startFrom }: TrainEmbeddingSettings): boolean {
  return warmStart && startFrom === undefined && TRANSLATIONS.includes(model);
}

/** Of the training of `name`, which may be the TransE before the model. */
export function learningRateOf(name: EmbeddingModelName, settings: TrainEmbeddingSettings): number {
  const { model, learningRate, warmStartRate } = settings;
  return name === model ? learningRate : (warmStartRate ?? learningRate);
}

/**
 * @throws MedgraftError `embedding.warm-start`, `embedding.width`, `embedding.partitions`, `embedding.loss`,
 * `embedding.relation-weight`
 */
export function assertSettingsFit(settings: TrainEmbeddingSettings): void {
  const { model, dimension, relationDimension, loss, targets, relationWeight } = settings;
  const { relationDimension: fixed, hasHalves, guessesRelations } = traitsOf(model);
  if (hasHalves && dimension % 2 !== 0) {
    throw misfit('width', 'the vectors of this model have two halves', 'dimension', 'an even number', dimension);
  }
  const own = fixed?.(dimension);
  if (own !== undefined && relationDimension !== undefined && relationDimension !== own) {
    const problem = 'this model has relations of another width';
    throw misfit('width', problem, 'relationDimension', `${own}, or not set`, relationDimension);
  }
  if (startsFromTransE(settings) && relationWidth(model, settings) !== dimension) {
    throw new MedgraftError('input', 'embedding.warm-start', 'TransE has one width, so TransR cannot start from it', {
      place: 'relationDimension',
      expected: String(dimension),
      got: String(relationWidth(model, settings)),
      hint: 'give equal widths, or train without --warm-start',
    });
  }
  if (relationWeight > 0 && (!guessesRelations || targets === 'answers')) {
    const problem = 'relations cannot be guessed here';
    const expected = 'a model of transe, distmult, complex, simple, with sampled targets';
    throw misfit('relation-weight', problem, 'relationWeight', expected, `${model}, ${targets}`);
  }
  if (targets === 'answers' && settings.partitions > 1) {
    const problem = 'not all entities are in memory to be judged at once';
    throw misfit('partitions', problem, 'targets', 'sampled, or partitions 1', targets);
  }
  if (targets === 'answers' && !canJudgeAnswers({ kind: loss })) {
    const problem = 'this loss compares a triple with negatives, not all entities with their answers';
    throw misfit('loss', problem, 'loss', 'cross-entropy or binary', loss);
  }
}

function misfit(code: string, problem: string, place: string, expected: string, got: string | number): MedgraftError {
  return new MedgraftError('input', `embedding.${code}`, problem, { place, expected, got: String(got) });
}

/** @param relations of the graph; reciprocal ones are added here */
export function embeddingOptions(
  model: EmbeddingModelName,
  entities: number,
  relations: number,
  settings: TrainEmbeddingSettings,
): EmbeddingOptions {
  const { dimension, reciprocal, penalty, penaltyWeight, entityDropout, initial, initialBound } = settings;
  return {
    model,
    shape: {
      entities,
      relations: reciprocal ? 2 * relations : relations,
      dimension,
      relationDimension: relationWidth(model, settings),
    },
    norm: normOf(model, settings),
    loss: lossOptions(settings, entities),
    penalty: penaltyWeight > 0 ? { power: penalty === 'n3' ? 3 : 2, weight: penaltyWeight } : undefined,
    dropout: entityDropout > 0 ? { rate: entityDropout, seed: settings.seed } : undefined,
    relationWeight: settings.relationWeight,
    capacity: { positives: settings.chunkSize, negatives: negativesOf(settings, entities) },
    optimizer: {
      kind: settings.optimizer,
      projectionRate: settings.projectionRate,
      normaliseEntities: settings.normaliseEntities,
      lockFree: settings.lockFree,
    },
    products: settings.engine,
    initial: initial === 'uniform' ? { kind: initial, bound: initialBound } : { kind: initial },
    seed: settings.seed,
  };
}

/** Of a model's distances. */
export function normOf(model: EmbeddingModelName, { norm }: Pick<TrainEmbeddingSettings, 'norm'>): 1 | 2 {
  return norm ?? traitsOf(model).norm;
}

function relationWidth(model: EmbeddingModelName, { dimension, relationDimension }: TrainEmbeddingSettings): number {
  return traitsOf(model).relationDimension?.(dimension) ?? relationDimension ?? dimension;
}

function lossOptions(settings: TrainEmbeddingSettings, entities: number): LossOptions {
  const { loss, margin, adversarialTemperature, labelSmoothing, weighNegatives } = settings;
  switch (loss) {
    case 'margin':
      return { kind: loss, margin };
    case 'log-sigmoid':
      return { kind: loss, gamma: margin, temperature: adversarialTemperature };
    case 'binary':
      return { kind: loss, smoothing: labelSmoothing };
    case 'cross-entropy':
      return { kind: loss, negativeWeight: weighNegatives ? entities / negativesOf(settings, entities) : 1 };
  }
}
