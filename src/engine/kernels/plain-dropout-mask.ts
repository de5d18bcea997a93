import { CounterRandom } from '../../base/random.js';

/**
 * A keep-mask from the counter-based generator: byte i of the stream (seed, purpose, draw) keeps element i when it is
 * at least rate * 256. The rate is thereby exact to 1/256.
 */
export function fillDropoutMask(mask: Uint8Array, rate: number, seed: number, purpose: string, draw: number): void {
  const words = new Uint32Array(Math.ceil(mask.length / 4));
  new CounterRandom(seed, purpose).fillUint32(words, draw);
  const bytes = new Uint8Array(words.buffer);
  const threshold = Math.round(rate * 256);
  for (let i = 0; i < mask.length; i++) mask[i] = bytes[i] >= threshold ? 1 : 0;
}

/** Numbers become scale times themselves where the mask is 1, and 0 where it is 0. */
export function applyPlainMask(values: Float32Array, mask: Uint8Array, scale: number): void {
  for (let i = 0; i < values.length; i++) values[i] = mask[i] === 1 ? values[i] * scale : 0;
}
