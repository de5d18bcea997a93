import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { drawnTriples } from '../../../test/support/drawn-triples.js';
import { SingleProcess } from '../../engine/communicator.js';
import { EMBEDDING_MODELS, type EmbeddingModelName, type EmbeddingOptions } from '../create-embedding.js';
import { TABLE_NAMES } from '../embedding-model.js';
import { rankingReport } from '../evaluation/ranking-evaluation.js';
import type { TrainedEmbedding } from '../training/embedding-trainer.js';
import { TrainingTeam } from '../training/training-team.js';
import type { NamedVectors } from '../vectors/named-vectors.js';
import { partitionProblem } from './partition-files.store.js';
import { type PartitionOptions, PartitionTeam } from './partition-team.store.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-partitions-'));
afterAll(() => rmSync(root, { recursive: true }));
const ENTITIES = 103;
const train = drawnTriples(ENTITIES, 4, 900);
const ranked = drawnTriples(ENTITIES, 4, 60);
const PLAN = {
  chunkSize: 16,
  negatives: 24,
  targets: 'sampled',
  corruption: 'both',
  sampling: 'uniform',
  filterNegatives: true,
  reciprocal: false,
  seed: 5,
} as const;
const ADAGRAD = { kind: 'adagrad', projectionRate: 0.1, normaliseEntities: false } as const;

function optionsOf(model: EmbeddingModelName): EmbeddingOptions {
  const relationDimension = model === 'rotate' ? 4 : model === 'rescal' ? 64 : 8;
  return {
    model,
    shape: { entities: ENTITIES, relations: 4, dimension: 8, relationDimension },
    norm: 2,
    loss: { kind: 'cross-entropy' },
    capacity: { positives: 16, negatives: 24 },
    optimizer: ADAGRAD,
    products: 'wasm',
    initial: { kind: 'xavier' },
    seed: 5,
  };
}

async function opened(
  name: string,
  options: EmbeddingOptions,
  more: Partial<PartitionOptions> = {},
): Promise<PartitionTeam> {
  const scratch = join(root, name);
  mkdirSync(scratch, { recursive: true });
  const rankings = [{ triples: ranked, known: [train, ranked] }];
  return PartitionTeam.open(options, PLAN, train, {
    partitions: 4,
    scratch,
    folder: 'p',
    rankings,
    communicator: new SingleProcess(),
    ...more,
  });
}

function epochs(team: Pick<PartitionTeam, 'epoch'>, from: number, to: number): number {
  for (let epoch = from; epoch < to; epoch++) for (const _ of team.epoch(epoch, 0.1));
  const last = team.epoch(to, 0.1);
  for (;;) {
    const step = last.next();
    if (step.done) return step.value;
  }
}

function tablesOf(trained: TrainedEmbedding): Record<string, number[]> {
  return Object.fromEntries(
    TABLE_NAMES.flatMap((name) => {
      const parts = trained.parts(name);
      return parts ? [[name, [...parts].flatMap((part) => Array.from(part))] as const] : [];
    }),
  );
}

describe('PartitionTeam', () => {
  it.each(EMBEDDING_MODELS)('ranks by %s as a model in memory with the same tables does', async (name) => {
    const options = optionsOf(name);
    const team = await opened(`rank-${name}`, options);
    team.initialise();
    const first = epochs(team, 1, 1);
    expect(epochs(team, 2, 6)).toBeLessThan(first);
    const trained = team.trained();
    const rankings = [{ triples: ranked, known: [train, ranked] }];
    const whole = await TrainingTeam.open(options, PLAN, train, { rankings });
    for (const [table, values] of Object.entries(tablesOf(trained)))
      whole.embedding.model.tables[table as 'entity'].set(values);
    expect(rankingReport(team.rank(0), ranked)).toEqual(rankingReport(whole.rank(0), ranked));
    team.close();
    whole.close();
  });

  it.each([1, 2])(
    'gives the same tables again with %i threads, also from a checkpoint between epochs',
    async (threads) => {
      const options = { ...optionsOf('transd'), optimizer: { ...ADAGRAD, kind: 'adam' as const } };
      const one = await opened(`whole-${threads}`, options, { threads });
      one.initialise();
      epochs(one, 1, 4);
      const expected = tablesOf(one.trained());
      one.close();

      const name = `halves-${threads}`;
      const half = await opened(name, options, { threads });
      half.initialise();
      epochs(half, 1, 2);
      half.keepBest();
      const checkpoint = join(root, `checkpoint-${threads}`);
      mkdirSync(checkpoint);
      await half.save(checkpoint);
      half.saved();
      const held = tablesOf({ ...half.trained(), parts: (t) => pick(half.embedding.model.tables[t]) });
      const state = [...half.embedding.optimizer.state].map(([, { first, second }]) => [first.slice(), second.slice()]);
      const { step } = half.embedding.optimizer;
      // Goes on for a while, and dies: what the checkpoint names stays.
      epochs(half, 3, 3);
      half.close();
      expect(await partitionProblem(join(root, name), checkpoint)).toBeUndefined();

      const rest = await opened(name, options, { threads });
      await rest.load(checkpoint);
      for (const [table, values] of Object.entries(held)) rest.embedding.model.tables[table as 'relation']?.set(values);
      for (const [i, [, { first, second }]] of [...rest.embedding.optimizer.state].entries()) {
        first.set(state[i][0]);
        second.set(state[i][1]);
      }
      rest.embedding.optimizer.step = step;
      epochs(rest, 3, 4);
      expect(tablesOf(rest.trained())).toEqual(expected);
      rest.close();
      // Two of each partition: the checkpoint's, which is the best, and those in training.
      expect(readdirSync(join(root, name, 'p'))).toHaveLength(8);
    },
  );

  it('puts the best rows back', async () => {
    const team = await opened('best', optionsOf('distmult'));
    team.initialise();
    epochs(team, 1, 1);
    team.keepBest();
    const best = tablesOf(team.trained())['entity'];
    epochs(team, 2, 2);
    expect(tablesOf(team.trained())['entity']).not.toEqual(best);
    team.restoreBest();
    expect(tablesOf(team.trained())['entity']).toEqual(best);
    team.close();
  });

  it('starts from the vectors of another model', async () => {
    const transE = await opened('start', optionsOf('transe'), { folder: 'a' });
    transE.initialise();
    epochs(transE, 1, 1);
    const source = transE.trained();
    transE.close();
    const transR = await opened('start', optionsOf('transr'), { folder: 'b' });
    transR.startFrom(source);
    const { entity, relation } = tablesOf(transR.trained());
    expect({ entity, relation }).toEqual(tablesOf(source));
    transR.close();
  });

  it('takes over vectors that exist, and keeps its own where there is none', async () => {
    const team = await opened('adopt', optionsOf('transe'));
    team.initialise();
    const before = tablesOf(team.trained());
    const matrix = (rows: number) => ({
      rows,
      columns: 8,
      values: Float32Array.from({ length: rows * 8 }, (_, i) => i),
    });
    const vectors = { tables: { entity: matrix(ENTITIES), relation: matrix(4) } } as unknown as NamedVectors;
    // Entity id has the row before its own; the first has none.
    const known = {
      entities: Int32Array.from({ length: ENTITIES }, (_, id) => id - 1),
      relations: new Int32Array(4).fill(-1),
    };
    team.adopt(vectors, known);
    const { entity, relation } = tablesOf(team.trained());
    expect(entity).toEqual([...before['entity'].slice(0, 8), ...matrix(ENTITIES - 1).values]);
    expect(relation).toEqual(before['relation']);
    team.close();
  });

  it('notices that a file of a checkpoint was altered, or is gone', async () => {
    const team = await opened('altered', optionsOf('transe'));
    team.initialise();
    const checkpoint = join(root, 'altered-checkpoint');
    mkdirSync(checkpoint);
    await team.save(checkpoint);
    team.close();
    const [file] = readdirSync(join(root, 'altered', 'p'));
    writeFileSync(join(root, 'altered', 'p', file), 'x');
    expect(await partitionProblem(join(root, 'altered'), checkpoint)).toBe(`${file} has other content than recorded`);
    rmSync(join(root, 'altered', 'p', file));
    expect(await partitionProblem(join(root, 'altered'), checkpoint)).toBe(`${file} is missing`);
  });

  it('refuses more partitions than entities', async () => {
    await expect(opened('many', optionsOf('transe'), { partitions: 104 })).rejects.toMatchObject({
      code: 'embedding.partitions',
      details: { expected: 'at most 103', got: '104' },
    });
  });
});

function pick(table: Float32Array | undefined): Float32Array[] | undefined {
  return table && [table];
}
