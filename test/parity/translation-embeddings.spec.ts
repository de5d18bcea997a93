/** TransE and TransR against PyTorch's autograd in float64 (transe.py): scores, losses and gradients of chunks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEmbedding, type EmbeddingModelName } from '../../src/embedding/create-embedding.js';
import type { ChunkGradients, EmbeddingModel, EmbeddingShape, TableName } from '../../src/embedding/embedding-model.js';
import type { LossOptions } from '../../src/embedding/models/loss.js';
import { referenceEmbeddingKernels } from '../../src/engine/kernels/embedding-reference.js';

interface Reference {
  model: EmbeddingModelName;
  shape: EmbeddingShape;
  margin: number;
  tables: Partial<Record<TableName, number[]>>;
  cases: {
    norm: 1 | 2;
    loss: 'cross-entropy' | 'margin';
    chunk: { heads: number[]; relations: number[]; tails: number[]; negatives: number[]; corrupt: 'head' | 'tail' };
    value: number;
    gradients: Partial<Record<TableName, number[]>>;
    triples: number[];
    tails: number[];
    heads: number[];
  }[];
}

const TOLERANCE = 1e-5;

function read(name: string): Reference {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8'));
}

function dense(model: EmbeddingModel, { tables }: ChunkGradients, name: TableName): number[] {
  const all = new Array<number>(model.tables[name]?.length ?? 0).fill(0);
  for (const { table, ids, values, count, width } of tables) {
    if (table !== name) continue;
    for (let p = 0; p < count; p++) for (let c = 0; c < width; c++) all[ids[p] * width + c] = values[p * width + c];
  }
  return all;
}

function expectClose(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i])), 0);
  expect(worst).toBeLessThan(TOLERANCE);
}

describe.each(['transe', 'transr'])('%s equals PyTorch', (name) => {
  const { model: modelName, shape, margin, tables, cases } = read(name);
  const labelled = cases.map((one) => [`L${one.norm}, ${one.loss}, ${one.chunk.corrupt} replaced`, one] as const);

  describe.each([
    ['WebAssembly kernels', undefined],
    ['plain kernels', referenceEmbeddingKernels],
  ])('with %s', (_, kernels) => {
    it.each(labelled)('%s', (_label, { norm, loss, chunk, value, gradients, triples, tails, heads }) => {
      const lossOptions: LossOptions = loss === 'margin' ? { kind: loss, margin } : { kind: loss };
      const { model } = createEmbedding(
        {
          model: modelName,
          shape,
          norm,
          loss: lossOptions,
          capacity: { positives: 8, negatives: 6 },
          optimizer: { kind: 'adagrad', projectionRate: 1, normaliseEntities: false },
          products: 'wasm',
          initial: { kind: 'xavier' },
          seed: 1,
        },
        kernels,
      );
      for (const table of ['entity', 'relation', 'projection'] as const) {
        if (tables[table]) model.tables[table]?.set(tables[table]);
      }
      const ids = {
        heads: Int32Array.from(chunk.heads),
        relations: Int32Array.from(chunk.relations),
        tails: Int32Array.from(chunk.tails),
      };
      const some = new Float32Array(ids.heads.length);
      const all = new Float32Array(ids.heads.length * shape.entities);
      model.scoreTriples(ids.heads, ids.relations, ids.tails, some);
      expectClose(some, triples);
      model.scoreTails(ids.heads, ids.relations, all);
      expectClose(all, tails);
      model.scoreHeads(ids.relations, ids.tails, all);
      expectClose(all, heads);
      const result = model.chunkGradients({
        ...ids,
        negatives: Int32Array.from(chunk.negatives),
        corrupt: chunk.corrupt,
      });
      expect(Math.abs(result.loss - value)).toBeLessThan(TOLERANCE);
      for (const table of ['entity', 'relation', 'projection'] as const) {
        if (gradients[table]) expectClose(dense(model, result, table), gradients[table]);
      }
    });
  });
});
