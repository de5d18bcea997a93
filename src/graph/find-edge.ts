import type { Adjacency } from './graph-snapshot.js';

/** Binary search in the head's row, which ascends by (relation, tail). @returns the edge's place; -1: there is no such edge */
export function findEdge(
  { offsets, relations, entities }: Pick<Adjacency, 'offsets' | 'relations' | 'entities'>,
  head: number,
  relation: number,
  tail: number,
): number {
  let [low, high] = [offsets[head], offsets[head + 1]];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBefore = relations[middle] < relation || (relations[middle] === relation && entities[middle] < tail);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low < offsets[head + 1] && relations[low] === relation && entities[low] === tail ? low : -1;
}
