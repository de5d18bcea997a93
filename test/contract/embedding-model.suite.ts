import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import type { TrainableEmbedding } from '../../src/embedding/create-embedding.js';
import {
  type ChunkGradients,
  type EmbeddingModel,
  type TrainingChunk,
  tableSize,
} from '../../src/embedding/embedding-model.js';

/** What every embedding model does. The factory gives a new, equally initialised model of SHAPE each time. */
export const SHAPE = { entities: 700, relations: 4 };
export const CAPACITY = { positives: 10, negatives: 9 };

/** Step of the finite differences, and how far a slope may be off. */
const STEP = 1e-3;
const SLOPE_TOLERANCE = 2e-2;

/** @param learningRate with which thirty steps bring the loss down */
export function embeddingModelSuite(name: string, create: () => TrainableEmbedding, learningRate = 0.05): void {
  describe(`embedding model: ${name}`, () => {
    it('scores a triple alike in all three patterns', () => {
      const { model } = create();
      const { heads, relations, tails } = chunkOf(model, 'tail');
      const some = new Float32Array(heads.length);
      const all = new Float32Array(heads.length * SHAPE.entities);
      model.scoreTriples(heads, relations, tails, some);
      model.scoreTails(heads, relations, all);
      for (const [i, tail] of tails.entries()) expect(all[i * SHAPE.entities + tail]).toBeCloseTo(some[i], 4);
      model.scoreHeads(relations, tails, all);
      for (const [i, head] of heads.entries()) expect(all[i * SHAPE.entities + head]).toBeCloseTo(some[i], 4);
    });

    it('gives equal entities equal scores, bit by bit', () => {
      const { model } = create();
      const width = model.shape.dimension;
      model.tables.entity.copyWithin(699 * width, 5 * width, 6 * width);
      const all = new Float32Array(2 * SHAPE.entities);
      model.scoreTails(Int32Array.of(1, 2), Int32Array.of(0, 3), all);
      expect(all[5]).toBe(all[699]);
      expect(all[SHAPE.entities + 5]).toBe(all[SHAPE.entities + 699]);
    });

    it.each(['head', 'tail'] as const)('has the gradient of its loss, %ss replaced', (corrupt) => {
      const { model } = create();
      const chunk = chunkOf(model, corrupt);
      const { tables } = copyOf(model.chunkGradients(chunk));
      expect(tables.map(({ table }) => table).sort()).toEqual(Object.keys(model.tables).sort());
      for (const { table, ids, values, width, count } of tables) {
        expect(width).toBe(tableSize(model.shape, table).width);
        expect(new Set(ids.subarray(0, count)).size).toBe(count);
        const values32 = model.tables[table] as Float32Array;
        // Along the gradient of one row the loss rises by |gradient| a unit.
        for (const p of [0, count >>> 1, count - 1]) {
          const gradient = values.subarray(p * width, (p + 1) * width);
          const length = Math.hypot(...gradient);
          if (length < 1e-4) continue;
          const lossAt = (distance: number) => {
            const row = values32.subarray(ids[p] * width, (ids[p] + 1) * width);
            const before = row.slice();
            for (let c = 0; c < width; c++) row[c] += (distance * gradient[c]) / length;
            const { loss } = model.chunkGradients(chunk);
            row.set(before);
            return loss;
          };
          const slope = (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
          expect(Math.abs(slope - length)).toBeLessThan(SLOPE_TOLERANCE * Math.max(length, 0.05));
        }
      }
    });

    it('learns: the loss of a repeated chunk falls, and only its rows move', () => {
      const { model, optimizer } = create();
      const chunk = chunkOf(model, 'tail');
      const before = model.tables.entity.slice();
      const first = model.chunkGradients(chunk).loss;
      for (let step = 0; step < 30; step++) optimizer.apply(model.chunkGradients(chunk).tables, learningRate);
      expect(model.chunkGradients(chunk).loss).toBeLessThan(first * 0.8);
      const touched = new Set([...chunk.heads, ...chunk.tails, ...chunk.negatives]);
      const width = model.shape.dimension;
      for (let entity = 0; entity < SHAPE.entities; entity++) {
        const row = (table: Float32Array) => [...table.subarray(entity * width, (entity + 1) * width)];
        if (!touched.has(entity)) expect(row(model.tables.entity)).toEqual(row(before));
      }
    });

    it('is the same for the same seed', () => {
      const tablesAfterTraining = () => {
        const { model, optimizer } = create();
        for (const corrupt of ['tail', 'head'] as const) {
          for (let i = 0; i < 5; i++) optimizer.apply(model.chunkGradients(chunkOf(model, corrupt)).tables, 0.1);
        }
        return model.tables.entity;
      };
      expect(tablesAfterTraining()).toEqual(tablesAfterTraining());
    });

    it('refuses a chunk beyond its capacity', () => {
      const { model } = create();
      const chunk = chunkOf(model, 'tail');
      const negatives = new Int32Array(CAPACITY.negatives + 1);
      expect(() => model.chunkGradients({ ...chunk, negatives })).toThrow(RangeError);
    });
  });
}

/** Seven positives and nine negatives; entities repeat, and one negative is a positive's own entity. */
function chunkOf(model: EmbeddingModel, corrupt: 'head' | 'tail'): TrainingChunk {
  const random = new CounterRandom(11, 'chunk');
  const ids = (count: number, limit: number, step: number) =>
    Int32Array.from({ length: count }, (_, i) => random.below(limit, step, i));
  const heads = ids(7, 20, 0);
  const tails = ids(7, SHAPE.entities, 1);
  const relations = model.grouping === 'relation' ? new Int32Array(7).fill(2) : ids(7, SHAPE.relations, 2);
  const negatives = ids(9, SHAPE.entities, 3);
  negatives[3] = (corrupt === 'tail' ? tails : heads)[2];
  return { heads, relations, tails, negatives, corrupt };
}

function copyOf({ loss, tables }: ChunkGradients): ChunkGradients {
  return { loss, tables: tables.map((one) => ({ ...one, ids: one.ids.slice(), values: one.values.slice() })) };
}
