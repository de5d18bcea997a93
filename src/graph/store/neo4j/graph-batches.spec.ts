import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph-builder.js';
import type { GraphContent } from '../../graph-content.js';
import { edgeBatches, edgeRows, entityBatches } from './graph-batches.js';

function ring(size: number, text: string): GraphContent {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'one' });
  const keyOf = (i: number) => `k${i % size}`;
  for (let i = 0; i < size; i++) {
    builder.addEntity({ key: keyOf(i), name: 'n', types: ['t'], aliases: [], properties: { text } });
  }
  for (let i = 0; i < size; i++) {
    builder.addTriple({ head: keyOf(i), relation: 'r', tail: keyOf(i + 1), weight: i % 2 ? 2 : 1 });
  }
  return builder.finish();
}

const sizes = (batches: { from: number; to: number }[]) => batches.map(({ from, to }) => to - from);

describe('batches', () => {
  it('are bounded in rows', () => {
    const content = ring(25_000, 'x');
    expect(sizes(entityBatches(content))).toEqual([10_000, 10_000, 5_000]);
    expect(sizes(edgeBatches(content))).toEqual([10_000, 10_000, 5_000]);
  });

  it('are bounded in bytes, but hold one row at least', () => {
    expect(Math.max(...sizes(entityBatches(ring(100, 'x'.repeat(100_000)))))).toBeLessThanOrEqual(13);
    expect(sizes(entityBatches(ring(3, 'x'.repeat(3_000_000))))).toEqual([1, 1, 1]);
  });

  it('cover everything once', () => {
    let next = 0;
    for (const { from, to } of entityBatches(ring(20_001, 'y'.repeat(300)))) {
      expect(from).toBe(next);
      next = to;
    }
    expect(next).toBe(20_001);
  });

  it('number entities within the database and leave out a weight of 1', () => {
    const rows = edgeRows(ring(10, 'x'), { from: 0, to: 2 }, 3);
    expect(rows).toEqual([
      [3 * 2 ** 32, 3 * 2 ** 32 + 1, 'r', null, null, null],
      [3 * 2 ** 32 + 1, 3 * 2 ** 32 + 2, 'r', 2, null, null],
    ]);
  });
});
