import { expect, it } from 'vitest';
import { type Communicator, SingleProcess } from '../../engine/communicator.js';
import type { HeldEmbedding } from '../training/embedding-trainer.js';
import { RelationMerge } from './merge-relations.js';

/** Rank 0 of two, whose other process has made the given changes. */
class WithAnother extends SingleProcess implements Communicator {
  constructor(private readonly changes: readonly number[][]) {
    super();
  }

  private calls = 0;

  override sum(values: Float32Array): void {
    const added = this.changes[this.calls++];
    for (let i = 0; i < values.length; i++) values[i] += added[i];
  }
}

it('moves rows by the mean of those that changed them, and adds up accumulators', () => {
  const relation = Float32Array.from([1, 1, 2, 2, 3, 3]);
  const first = Float32Array.from([10, 20, 30]);
  const embedding: HeldEmbedding = {
    model: { tables: { relation } },
    optimizer: { step: 0, state: new Map([['relation', { first, second: new Float32Array() }]]) },
  };
  // The changes of each value, then which rows have one: the other changed rows 0 and 2.
  const others = [
    [2, 0, 0, 0, 1, 1, 1, 0, 1],
    [5, 0, 1, 1, 0, 1],
  ];
  const merge = new RelationMerge(embedding, () => 2, new WithAnother(others));
  merge.begin();
  relation.set([5, 1, 4, 2, 3, 3]);
  first.set([11, 22, 30]);
  merge.merge();
  // Row 0: both, by 4 and 2; row 1: this one, by 2; row 2: the other, by 1.
  expect(Array.from(relation)).toEqual([4, 1, 4, 2, 4, 4]);
  expect(Array.from(first)).toEqual([16, 22, 31]);
});
