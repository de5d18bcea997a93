import { shuffledRange } from '../training/shuffle.js';

/**
 * The visits of an epoch: every pair of partitions once, in an order where each visit shares a partition with the one before,
 * so that one is read and one written each time (Lerer et al. 2019, figure 2: "inside-out" there, outside-in here). Which
 * partition is which in that order is drawn anew for each epoch.
 */
export interface Visit {
  /** The partitions in the first and the second slot. */
  readonly slots: readonly [number, number];
}

export function visitsOfEpoch(partitions: number): number {
  return (partitions * (partitions - 1)) / 2;
}

/** A function of its arguments alone: an epoch begins as if the slots were empty, also after an interruption. */
export function visitOrder(partitions: number, seed: number, epoch: number): Visit[] {
  const names = shuffledRange(partitions, seed, 'embedding.visits', epoch);
  const visits: Visit[] = [];
  let slots: readonly [number, number] = [names[0], names[1]];
  for (const [a, b] of chainedPairs(partitions)) {
    slots = seated(slots, names[a], names[b]);
    visits.push({ slots });
  }
  return visits;
}

/** (0,1) .. (0,P-1), (1,P-1) .. (1,2), (2,3) .. (2,P-1), (3,P-1) ..: neighbours share one. */
function chainedPairs(partitions: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let first = 0; first < partitions - 1; first++) {
    const others = Array.from({ length: partitions - 1 - first }, (_, i) => first + 1 + i);
    if (first % 2 === 1) others.reverse();
    for (const second of others) pairs.push([first, second]);
  }
  return pairs;
}

/** Who is in a slot stays there. */
function seated([first, second]: readonly [number, number], a: number, b: number): readonly [number, number] {
  if (first === a || second === b) return [a, b];
  if (first === b || second === a) return [b, a];
  return [a, b];
}
