import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { Arena } from '../arena.js';
import { type AdamwConstants, plainTraining } from './plain-training.js';
import { loadTrainingKernels } from './training.js';

const LENGTH = 4096;
const CONSTANTS: AdamwConstants = {
  gradientScale: 0.37,
  beta1: 0.9,
  beta2: 0.999,
  rate: 0.01,
  rootScale: 1.5,
  epsilon: 1e-8,
  keep: 0.999,
};

function blocks(arena: Arena) {
  const random = new CounterRandom(3, 'kernels');
  const block = (step: number, map: (x: number) => number) =>
    arena.float32(LENGTH).map((_, i) => map(random.normal(step, i)));
  const place = (values: Float32Array) => {
    const target = arena.float32(LENGTH);
    target.set(values);
    return target;
  };
  return {
    values: place(block(0, (x) => x)),
    gradients: place(block(1, (x) => x * 1e-3)),
    firstMoments: place(block(2, (x) => x * 1e-3)),
    secondMoments: place(block(3, (x) => x * x * 1e-6)),
  };
}

describe('the kernels of the trainer', () => {
  const arena = new Arena(Arena.bytesFor(...new Array(20).fill(LENGTH)));
  const kernels = loadTrainingKernels(arena.memory);

  it('update by AdamW to the last bit of the plain loop', () => {
    const range = blocks(arena);
    const plain = Object.fromEntries(Object.entries(range).map(([name, block]) => [name, block.slice()]));
    for (let step = 0; step < 3; step++) {
      kernels.adamw(range, CONSTANTS);
      plainTraining.adamw(plain as unknown as typeof range, CONSTANTS);
    }
    for (const [name, block] of Object.entries(range)) expect(block, name).toEqual(plain[name]);
  });

  it('add squares and blocks to the last bit of the plain loop', () => {
    const { values, gradients } = blocks(new Arena(Arena.bytesFor(...new Array(8).fill(LENGTH))));
    const [target, source] = [arena.float32(LENGTH), arena.float32(LENGTH)];
    target.set(values);
    source.set(gradients);
    expect(kernels.squaredNorm(target)).toBe(plainTraining.squaredNorm(values));
    kernels.accumulate(target, source);
    plainTraining.accumulate(values, gradients);
    expect(target).toEqual(values);
  });

  it('refuse blocks of another memory', () => {
    expect(() => kernels.squaredNorm(new Float32Array(16))).toThrow(RangeError);
    expect(() => kernels.squaredNorm(arena.float32(16).subarray(1, 4))).toThrow(RangeError);
  });
});
