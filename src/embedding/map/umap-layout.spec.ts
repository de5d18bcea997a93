import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { nearestRows } from './nearest-rows.js';
import { principalComponents } from './principal-components.js';
import { type UmapOptions, umapLayout } from './umap-layout.js';

const WIDTH = 12;
const GROUPS = 3;
const COUNT = 90;
const random = new CounterRandom(2, 'points');

/** Three groups around centres of their own; point i is of group i % 3. */
const vectors = Float32Array.from({ length: COUNT * WIDTH }, (_, at) => {
  const group = Math.floor(at / WIDTH) % GROUPS;
  return random.normal(0, at) * 0.2 + (at % WIDTH === group ? 3 : 0);
});

const distance = (points: readonly number[][], i: number, j: number) =>
  Math.hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]);

function layout(options: Partial<UmapOptions> = {}, table = vectors): number[][] {
  const { scores, count } = principalComponents(table, WIDTH, 5);
  const rounds = umapLayout(scores, count, { neighbours: 10, minimumDistance: 0.1, epochs: 60, seed: 1, ...options });
  for (;;) {
    const step = rounds.next();
    if (step.done) return step.value;
  }
}

describe('nearestRows', () => {
  it('finds what comparing all with all finds', () => {
    const { ids, distances } = nearestRows(vectors, WIDTH, 6);
    const of = (i: number, j: number) =>
      Math.hypot(...Array.from({ length: WIDTH }, (_, c) => vectors[i * WIDTH + c] - vectors[j * WIDTH + c]));
    for (let i = 0; i < COUNT; i++) {
      const others = Array.from({ length: COUNT }, (_, j) => j).sort((a, b) => of(i, a) - of(i, b));
      expect(ids[i]).toEqual(others.slice(0, 6));
      expect(distances[i][5]).toBeCloseTo(of(i, others[5]), 6);
    }
    expect(nearestRows(vectors.subarray(0, 2 * WIDTH), WIDTH, 6).ids).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('umapLayout', () => {
  it('keeps groups together, and gives the same map again', () => {
    const points = layout();
    for (let i = 0; i < COUNT; i++) {
      const others = Array.from({ length: COUNT }, (_, j) => j).filter((j) => j !== i);
      const nearest = others.sort((a, b) => distance(points, i, a) - distance(points, i, b)).slice(0, 8);
      expect(nearest.every((j) => j % GROUPS === i % GROUPS)).toBe(true);
    }
    expect(layout()).toEqual(points);
    expect(layout({ seed: 2 })).not.toEqual(points);
  });

  it('lays out few points, and points that are all the same', () => {
    expect(layout({}, vectors.subarray(0, 3 * WIDTH))).toHaveLength(3);
    const same = layout({}, new Float32Array(20 * WIDTH).fill(0.5));
    expect(same.flat().every(Number.isFinite)).toBe(true);
  });
});

describe('principalComponents', () => {
  it('finds no more than there are, and shares that fall', () => {
    const { explained, count, scores } = principalComponents(vectors, WIDTH, 50);
    expect(count).toBe(WIDTH);
    expect(scores).toHaveLength(COUNT * WIDTH);
    expect(explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect([...explained].sort((a, b) => b - a)).toEqual([...explained]);
    expect(principalComponents(new Float32Array(5 * WIDTH), WIDTH, 2).explained).toEqual(Float64Array.of(0, 0));
  });
});
