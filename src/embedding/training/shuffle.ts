import { CounterRandom } from '../../base/random.js';

/**
 * Puts a list in random order, in place: Durstenfeld 1964, "Algorithm 235: Random permutation". The order is a function
 * of (seed, purpose, step) and of the length. For lists in memory this is ten times faster than a computed permutation.
 */
export function shuffle(list: Uint32Array, seed: number, purpose: string, step: number): void {
  const words = new Uint32Array(list.length);
  new CounterRandom(seed, purpose).fillUint32(words, step);
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor((words[last] / 2 ** 32) * (last + 1));
    const value = list[last];
    list[last] = list[other];
    list[other] = value;
  }
}

/** 0..length-1 in random order. */
export function shuffledRange(length: number, seed: number, purpose: string, step: number): Uint32Array {
  const list = new Uint32Array(length);
  for (let i = 0; i < length; i++) list[i] = i;
  shuffle(list, seed, purpose, step);
  return list;
}
