/** Principal components against NumPy (components.py). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { principalComponents } from '../../src/embedding/map/principal-components.js';

const REFERENCE: { width: number; vectors: number[]; explained: number[]; scores: number[] } = JSON.parse(
  readFileSync(new URL('components.json', import.meta.url), 'utf8'),
);

it('gives the components of NumPy’s singular value decomposition', () => {
  const { width, vectors, explained, scores } = REFERENCE;
  const found = principalComponents(Float32Array.from(vectors), width, 4);
  expect(found.count).toBe(4);
  for (const [i, share] of explained.entries()) expect(found.explained[i]).toBeCloseTo(share, 6);
  for (const [i, score] of scores.entries()) expect(Math.abs(found.scores[i] - score)).toBeLessThan(1e-3);
});
