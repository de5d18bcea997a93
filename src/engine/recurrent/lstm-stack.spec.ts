import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../../base/errors.js';
import { CounterRandom } from '../../base/random.js';
import { fillDropoutMask } from '../kernels/plain-dropout-mask.js';
import { type LstmShape, lstmParameters } from './lstm-shape.js';
import { LstmStack, type LstmStackOptions, type LstmTraining } from './lstm-stack.js';

interface Case {
  name: string;
  inputs: number;
  hidden: number;
  layers: number;
  both: boolean;
  lengths: number[];
  rows: number[];
  weights: Record<string, number[]>;
  outputs: number[];
  gradient: number[];
  rowGradients: number[];
  weightGradients: Record<string, number[]>;
}
type Weights = Record<string, Float32Array>;

const CASES: Case[] = JSON.parse(readFileSync(new URL('../../../test/parity/lstm.json', import.meta.url), 'utf8'));
const TRAINING = { seed: 3, draw: 1 };
const WAYS: LstmStackOptions[] = [
  { threads: 1, products: 'onnx' },
  { threads: 2, products: 'onnx' },
  { threads: 1, products: 'wasm' },
];

function shapeOf({ inputs, hidden, layers, both }: Case): LstmShape {
  return { inputSize: inputs, hiddenSize: hidden, layers, bidirectional: both, dropout: 0 };
}

function normals(length: number, stream: number, scale = 1): Float32Array {
  const random = new CounterRandom(17, 'lstm.spec');
  return Float32Array.from({ length }, (_, i) => scale * random.normal(stream, i));
}

function drawnWeights(shape: LstmShape): Weights {
  return Object.fromEntries(
    lstmParameters(shape).map(({ name, shape: sides }, i) => {
      const length = sides.reduce((product, side) => product * side, 1);
      return [name, normals(length, i, 1 / Math.sqrt(shape.hiddenSize))];
    }),
  );
}

function zeros(shape: LstmShape): Weights {
  return Object.fromEntries(
    Object.entries(drawnWeights(shape)).map(([name, { length }]) => [name, new Float32Array(length)]),
  );
}

/** Everything that one forward and one backward pass give. */
async function pass(
  shape: LstmShape,
  lengths: number[],
  options: LstmStackOptions,
  training: LstmTraining = TRAINING,
  given: { rows?: Float32Array; weights?: Weights; gradient?: Float32Array } = {},
) {
  const stack = await LstmStack.create(shape, options);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const { rows = normals(tokens * shape.inputSize, 100), weights = drawnWeights(shape) } = given;
  const outputs = await stack.forward(rows, Int32Array.from(lengths), weights, training);
  const weightGradients = zeros(shape);
  const rowGradients = await stack.backward(given.gradient ?? normals(outputs.length, 101), weightGradients);
  await stack.dispose();
  return { outputs, rowGradients: rowGradients!, weightGradients };
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, name: string): void {
  expect(got.length, name).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const distance = Math.abs(got[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(worst, distance);
  }
  expect(worst, name).toBeLessThan(tolerance);
}

describe.each(WAYS)('an LSTM with $threads threads and products by $products', (options) => {
  it.each(CASES)('equals PyTorch over packed sequences: $name', async (example) => {
    const shape = shapeOf(example);
    const weights = Object.fromEntries(Object.entries(example.weights).map(([n, v]) => [n, Float32Array.from(v)]));
    const given = { rows: Float32Array.from(example.rows), gradient: Float32Array.from(example.gradient), weights };
    const { outputs, rowGradients, weightGradients } = await pass(shape, example.lengths, options, TRAINING, given);
    expectClose(outputs, example.outputs, 1e-5, 'outputs');
    expectClose(rowGradients, example.rowGradients, 1e-5, 'gradients of the rows');
    for (const [name, values] of Object.entries(example.weightGradients)) {
      expectClose(weightGradients[name], values, 1e-5, name);
    }
  });
});

function bytesOf(values: unknown): Buffer {
  if (values instanceof Float32Array) return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat(Object.values(values as object).map(bytesOf));
}

function threadsOfProcess(): number {
  return (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;
}

describe('an LSTM', () => {
  const WIDE = { inputSize: 70, hiddenSize: 102, layers: 2, bidirectional: true, dropout: 0.25 };
  const LENGTHS = [31, 90, 1, 864, 64, 90, 977];

  it('gives the same bytes with one thread and with two', async () => {
    const one = await pass(WIDE, LENGTHS, { threads: 1 });
    const two = await pass(WIDE, LENGTHS, { threads: 2 });
    expect(bytesOf(two).equals(bytesOf(one))).toBe(true);
  });

  it('gives by onnxruntime what it gives by the kernels alone', async () => {
    const fast = await pass(WIDE, LENGTHS, { products: 'onnx' });
    const plain = await pass(WIDE, LENGTHS, { products: 'wasm' });
    expect(bytesOf(fast).equals(bytesOf(plain))).toBe(false);
    expectClose(fast.outputs, plain.outputs, 1e-5, 'outputs');
    expectClose(fast.rowGradients, plain.rowGradients, 1e-4, 'gradients of the rows');
    for (const [name, values] of Object.entries(plain.weightGradients)) {
      expectClose(fast.weightGradients[name], values, 1e-4, name);
    }
  });

  it('forgets the batch before, larger or smaller, and sees changed weights', async () => {
    const shape = { ...WIDE, hiddenSize: 20, dropout: 0 };
    const stack = await LstmStack.create(shape, { threads: 2 });
    const weights = drawnWeights(shape);
    for (const [round, lengths] of [[5, 3], LENGTHS, [1], [2, 2, 2]].entries()) {
      weights['weight_hh_l0_reverse'][round] += 1;
      weights['bias_hh_l1'][round] += 1;
      const rows = normals(lengths.reduce((sum, length) => sum + length, 0) * shape.inputSize, 100);
      const outputs = await stack.forward(rows, Int32Array.from(lengths), weights, TRAINING);
      const weightGradients = zeros(shape);
      const gradient = normals(outputs.length, 101);
      expect(await stack.backward(gradient, weightGradients, { inputs: false })).toBeUndefined();
      const fresh = await pass(shape, lengths, {}, TRAINING, { rows, weights, gradient });
      expect(bytesOf({ outputs, weightGradients }).equals(bytesOf([fresh.outputs, fresh.weightGradients]))).toBe(true);
      const evaluated = await stack.forward(rows, Int32Array.from(lengths), weights);
      expect(bytesOf(evaluated).equals(bytesOf(outputs))).toBe(true);
    }
    await stack.dispose();
  });

  it('keeps samples apart: each is what it is alone', async () => {
    const shape = { ...WIDE, hiddenSize: 12, layers: 3, dropout: 0 };
    const stack = await LstmStack.create(shape);
    const [weights, lengths] = [drawnWeights(shape), [3, 9, 1, 9]];
    const rows = normals(22 * shape.inputSize, 100);
    const together = await stack.forward(rows, Int32Array.from(lengths), weights);
    let first = 0;
    for (const length of lengths) {
      const own = rows.subarray(first * shape.inputSize, (first + length) * shape.inputSize);
      const alone = await stack.forward(own, Int32Array.of(length), weights);
      expectClose(together.subarray(first * 24, (first + length) * 24), alone, 1e-6, `${length} tokens`);
      first += length;
    }
    await stack.dispose();
  });

  it('leaves no thread behind', async () => {
    const before = threadsOfProcess();
    const stack = await LstmStack.create({ ...WIDE, hiddenSize: 4 }, { threads: 2 });
    expect(threadsOfProcess()).toBe(before + 2);
    await stack.dispose();
    expect(threadsOfProcess()).toBe(before);
  });
});

describe('dropout between the layers', () => {
  const SHAPE = { inputSize: 4, hiddenSize: 6, layers: 2, bidirectional: true, dropout: 0.5 };
  const WIDTH = 2 * SHAPE.hiddenSize;
  const LENGTH = 80;
  const weights = drawnWeights(SHAPE);
  const lower = { ...SHAPE, layers: 1, dropout: 0 };
  const upper = { ...lower, inputSize: WIDTH };

  function layerOf(layer: number): Weights {
    const own = Object.entries(weights).filter(([name]) => name.includes(`_l${layer}`));
    return Object.fromEntries(own.map(([name, values]) => [name.replace(`_l${layer}`, '_l0'), values]));
  }

  /** One sample, so that packed rows stand as the caller's. */
  function masked(values: Float32Array): Float32Array {
    const h = SHAPE.hiddenSize;
    const masks = [0, 1].map((direction) => {
      const mask = new Uint8Array(LENGTH * h);
      fillDropoutMask(mask, SHAPE.dropout, TRAINING.seed, `lstm.dropout.0.${direction}`, TRAINING.draw);
      return mask;
    });
    const kept = masks.map((mask) => mask.reduce((sum, bit) => sum + bit, 0) / mask.length);
    for (const share of kept) expect(Math.abs(share - SHAPE.dropout)).toBeLessThan(0.08);
    return values.map((x, i) => {
      const [row, column] = [Math.floor(i / WIDTH), i % WIDTH];
      return masks[column < h ? 0 : 1][row * h + (column % h)] === 1 ? x / (1 - SHAPE.dropout) : 0;
    });
  }

  it('is that of two stacks with the same masks between them, forward and backward', async () => {
    const whole = await pass(SHAPE, [LENGTH], {}, TRAINING, { weights });
    const [below, above] = [await LstmStack.create(lower), await LstmStack.create(upper)];
    const rows = normals(LENGTH * SHAPE.inputSize, 100);
    const lengths = Int32Array.of(LENGTH);
    const between = masked(await below.forward(rows, lengths, layerOf(0), TRAINING));
    const outputs = await above.forward(between, lengths, layerOf(1), TRAINING);
    expectClose(whole.outputs, outputs, 1e-6, 'outputs');
    const [gradients, upperGradients] = [zeros(lower), zeros(upper)];
    const arriving = masked((await above.backward(normals(outputs.length, 101), upperGradients))!);
    const rowGradients = (await below.backward(arriving, gradients))!;
    expectClose(whole.rowGradients, rowGradients, 1e-6, 'gradients of the rows');
    for (const [name, values] of Object.entries(gradients)) {
      expectClose(whole.weightGradients[name], values, 1e-6, name);
    }
    await Promise.all([below.dispose(), above.dispose()]);
  });

  it('follows seed and draw, and is none at rate 0 or outside training', async () => {
    const outputs = async (shape: LstmShape, training?: LstmTraining) => {
      const stack = await LstmStack.create(shape);
      const rows = normals(LENGTH * SHAPE.inputSize, 100);
      const result = bytesOf(await stack.forward(rows, Int32Array.of(LENGTH), weights, training));
      await stack.dispose();
      return result.toString('base64');
    };
    const first = await outputs(SHAPE, TRAINING);
    expect(await outputs(SHAPE, TRAINING)).toBe(first);
    expect(await outputs(SHAPE, { ...TRAINING, draw: 2 })).not.toBe(first);
    expect(await outputs(SHAPE, { ...TRAINING, seed: 4 })).not.toBe(first);
    const still = await outputs({ ...SHAPE, dropout: 0 }, TRAINING);
    expect(still).not.toBe(first);
    expect(await outputs(SHAPE)).toBe(still);
  });
});

describe('an LSTM refuses', () => {
  const SHAPE = { inputSize: 2, hiddenSize: 3, layers: 1, bidirectional: false, dropout: 0 };

  async function refused(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(MedgraftError);
    return `${error.code} ${error.details.place ?? ''}`.trim();
  }

  it.each([
    [{ hiddenSize: 0 }, 'hiddenSize'],
    [{ inputSize: 1.5 }, 'inputSize'],
    [{ layers: -1 }, 'layers'],
    [{ dropout: 1 }, 'dropout'],
    [{ dropout: Number.NaN }, 'dropout'],
  ])('sizes that it cannot have: %o', async (change, place) => {
    expect(await refused(LstmStack.create({ ...SHAPE, ...change }))).toBe(`engine.lstm-shape ${place}`);
  });

  it('batches that do not fit, and passes out of order', async () => {
    const stack = await LstmStack.create(SHAPE);
    const weights = drawnWeights(SHAPE);
    const forward = (rows: number, lengths: number[], given: Weights = weights) =>
      stack.forward(new Float32Array(rows), Int32Array.from(lengths), given, TRAINING);
    expect(await refused(forward(0, []))).toBe('engine.lstm-input lengths');
    expect(await refused(forward(2, [1, 0]))).toBe('engine.lstm-input lengths[1]');
    expect(await refused(forward(5, [1, 1]))).toBe('engine.lstm-input rows');
    const { weight_hh_l0: _, ...lacking } = weights;
    expect(await refused(forward(4, [1, 1], lacking))).toBe('engine.lstm-input weight_hh_l0');
    expect(await refused(stack.backward(new Float32Array(6), zeros(SHAPE)))).toBe('engine.lstm-state');
    const running = forward(4, [1, 1]);
    expect(await refused(forward(4, [1, 1]))).toBe('engine.lstm-state');
    await running;
    expect(await refused(stack.backward(new Float32Array(5), zeros(SHAPE)))).toBe('engine.lstm-input gradient');
    await stack.backward(new Float32Array(6), zeros(SHAPE));
    expect(await refused(stack.backward(new Float32Array(6), zeros(SHAPE)))).toBe('engine.lstm-state');
    await stack.dispose();
    expect(await refused(forward(4, [1, 1]))).toBe('engine.lstm-state');
  });
});
