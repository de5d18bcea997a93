/**
 * Entities by falling rank, ties by id. A merge sort in pieces, since sorting a million at once would hold everything else
 * up for half a second.
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';

/** Sorted at once, about two milliseconds. */
const RUN = 1 << 12;
/** Merged between pauses. */
const PAUSE = 1 << 15;

/** @param ranks [entityCount]; without, all are equal */
export function rankOrder(entityCount: number, ranks?: Float64Array): Uint32Array {
  return finishWork(rankOrderInSlices(entityCount, ranks));
}

export function* rankOrderInSlices(entityCount: number, ranks?: Float64Array): SlicedWork<Uint32Array> {
  let order = Uint32Array.from({ length: entityCount }, (_, id) => id);
  if (ranks === undefined) return order;
  const compare = (a: number, b: number) => ranks[b] - ranks[a] || a - b;
  for (let start = 0; start < entityCount; start += RUN) {
    order.subarray(start, start + RUN).sort(compare);
    yield;
  }
  let merged = new Uint32Array(entityCount);
  for (let run = RUN; run < entityCount; run *= 2) {
    for (let start = 0; start < entityCount; start += 2 * run) yield* merge(order, merged, start, run, compare);
    [order, merged] = [merged, order];
  }
  return order;
}

/** The two runs from `start` on into one. */
function* merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  run: number,
  compare: (a: number, b: number) => number,
): SlicedWork<void> {
  const middle = Math.min(start + run, from.length);
  const end = Math.min(start + 2 * run, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesLeft = right >= end || (left < middle && compare(from[left], from[right]) <= 0);
    to[at] = takesLeft ? from[left++] : from[right++];
    if ((at & (PAUSE - 1)) === 0) yield;
  }
}
