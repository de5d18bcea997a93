/** Two copies of the same arrays, and a call that is made on both: how WebAssembly kernels are held to their plain twins. */
import { expect } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import { Arena } from '../../src/engine/arena.js';
import { type EmbeddingKernels, loadEmbeddingKernels, PRODUCT_SCRATCH } from '../../src/engine/kernels/embedding.js';
import { referenceEmbeddingKernels } from '../../src/engine/kernels/embedding-reference.js';

/** One copy for the WebAssembly kernels, one for the twin. */
export class KernelPair {
  readonly arena = new Arena(8 << 20, { shared: true });
  readonly wasm = loadEmbeddingKernels(this.arena.memory, this.arena.float32(PRODUCT_SCRATCH));
  private readonly arrays: [Float32Array, Float32Array][] = [];
  private draws = 0;

  constructor() {
    // Whatever was in memory must not matter, least of all constants that the module would keep there.
    new Uint8Array(this.arena.memory.buffer).fill(0x7f);
  }

  floats(length: number, fill?: (i: number) => number): [Float32Array, Float32Array] {
    const random = new CounterRandom(3, `array${this.draws++}`);
    const mine = this.arena.float32(length);
    for (let i = 0; i < length; i++) mine[i] = fill ? fill(i) : random.normal(0, i);
    const pair: [Float32Array, Float32Array] = [mine, mine.slice()];
    this.arrays.push(pair);
    return pair;
  }

  ints(values: number[]): [Int32Array, Int32Array] {
    const mine = this.arena.int32(values.length);
    mine.set(values);
    return [mine, mine.slice()];
  }

  /** Runs the same call on both and compares every float array afterwards. */
  compare(call: (kernels: EmbeddingKernels, side: 0 | 1) => number | undefined, tolerance = 2e-5): void {
    const results = [call(this.wasm, 0), call(referenceEmbeddingKernels, 1)];
    if (results[1] !== undefined) expect(results[0]).toBeCloseTo(results[1], 4);
    for (const [mine, other] of this.arrays) expect(maximumDifference(mine, other)).toBeLessThan(tolerance);
  }
}

function maximumDifference(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i])));
  return worst;
}
