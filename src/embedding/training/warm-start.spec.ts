import { describe, expect, it } from 'vitest';
import { drawnTriples } from '../../../test/support/drawn-triples.js';
import type { EmbeddingModelName, EmbeddingOptions } from '../create-embedding.js';
import type { OptimizerName } from './row-optimizer.js';
import { TrainingTeam } from './training-team.js';

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

function open(model: EmbeddingModelName, kind: OptimizerName): Promise<TrainingTeam> {
  const options: EmbeddingOptions = {
    model,
    shape: SHAPE,
    norm: 2,
    loss: { kind: 'cross-entropy' },
    capacity: { positives: 16, negatives: 16 },
    optimizer: { kind, projectionRate: 0.1, normaliseEntities: false },
    products: 'wasm',
    initial: { kind: 'uniform', bound: 0.02 },
    seed: 1,
  };
  return TrainingTeam.open(options, PLAN, drawnTriples(SHAPE.entities, SHAPE.relations, 300));
}

function runEpochs(team: TrainingTeam, epochs: number): void {
  for (let epoch = 1; epoch <= epochs; epoch++) for (const _ of team.epoch(epoch, 0.1));
}

/** How far the entities are after an epoch from where they were. */
function moved(team: TrainingTeam): number {
  const { entity } = team.embedding.model.tables;
  const before = entity.slice();
  runEpochs(team, 1);
  return Math.hypot(...entity.map((value, i) => value - before[i]));
}

describe('a warm start', () => {
  it.each(['adagrad', 'adagrad-diagonal'] as const)('goes on with the sums of squares of %s', async (kind) => {
    const [start, goesOn, forgets] = await Promise.all([
      open('transe', kind),
      open('transr', kind),
      open('transr', kind),
    ]);
    runEpochs(start, 5);
    goesOn.startFrom(start.trained());
    forgets.startFrom({ ...start.trained(), squares: undefined });
    for (const table of ['entity', 'relation'] as const) {
      expect(goesOn.embedding.model.tables[table]).toEqual(start.embedding.model.tables[table]);
      expect(goesOn.embedding.optimizer.squares(table)).toEqual(start.embedding.optimizer.squares(table));
      expect(forgets.embedding.optimizer.squares(table)?.every((sum) => sum === 0)).toBe(true);
    }
    expect(moved(goesOn)).toBeLessThan(moved(forgets) / 2);
    for (const team of [start, goesOn, forgets]) team.close();
  });

  it('has none to go on with from another optimizer', async () => {
    const [start, model] = await Promise.all([open('transe', 'adam'), open('transr', 'adagrad')]);
    runEpochs(start, 1);
    expect(start.trained().squares?.('entity')).toBeUndefined();
    model.startFrom(start.trained());
    expect(model.embedding.optimizer.squares('entity')?.every((sum) => sum === 0)).toBe(true);
    for (const team of [start, model]) team.close();
  });
});
