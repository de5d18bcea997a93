/** Threads that train a model of a drawn graph of sixty entities. */
import type { EmbeddingModelName, EmbeddingOptions } from '../../src/embedding/create-embedding.js';
import type { RowOptimizerOptions } from '../../src/embedding/training/row-optimizer.js';
import { TrainingTeam } from '../../src/embedding/training/training-team.js';
import { drawnTriples } from './drawn-triples.js';

const SHAPE = { entities: 60, relations: 3, dimension: 8, relationDimension: 8 };
const PLAN = {
  chunkSize: 16,
  negatives: 16,
  targets: 'sampled',
  corruption: 'both',
  sampling: 'uniform',
  filterNegatives: false,
  reciprocal: false,
  seed: 1,
} as const;

export function openSmallTeam(
  model: EmbeddingModelName,
  optimizer: Partial<RowOptimizerOptions>,
  threads = 1,
): Promise<TrainingTeam> {
  const options: EmbeddingOptions = {
    model,
    shape: SHAPE,
    norm: 2,
    loss: { kind: 'cross-entropy' },
    capacity: { positives: 16, negatives: 16 },
    optimizer: { kind: 'adagrad', projectionRate: 0.1, normaliseEntities: false, ...optimizer },
    products: 'wasm',
    initial: { kind: 'uniform', bound: 0.02 },
    seed: 1,
  };
  return TrainingTeam.open(options, PLAN, drawnTriples(SHAPE.entities, SHAPE.relations, 300), { threads });
}

/** @returns the last epoch's mean loss */
export function runEpochs(team: TrainingTeam, epochs: number): number {
  let loss = Number.NaN;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rounds = team.epoch(epoch, 0.1);
    let step = rounds.next();
    while (!step.done) step = rounds.next();
    loss = step.value;
  }
  return loss;
}
