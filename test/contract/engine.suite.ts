import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import { createEngine } from '../../src/engine/create-engine.js';
import type { Engine, NamedData, Program, Signature, TensorData } from '../../src/engine/engine.js';
import { lossAndGradients } from '../../src/nn/gradients.js';
import { ADAMW_DEFAULTS, AdamW } from '../../src/nn/optimizers/adamw.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { DIFFERENTIATED, type EngineCase, FORWARD_ONLY } from './engine-cases.js';

const EQUAL = 1e-5;
/** Central differences in float32: the step balances rounding against curvature. */
const STEP = 4e-3;
const NUMERIC = 1e-2;

/** What every engine has to do; `cpu` is the oracle of values, numeric differences are that of gradients. */
export function engineSuite(name: Engine['name']): void {
  describe(`the engine ${name}`, () => {
    let engine: Engine;
    let oracle: Engine;
    beforeAll(async () => {
      engine = await createEngine(name, 1);
      oracle = await createEngine('cpu', 1);
    });

    it.each(DIFFERENTIATED)('computes $name and its gradient', async (example) => {
      const data = dataOf(example);
      const expected = await once(oracle, gradientProgram(example), data);
      const got = await once(engine, gradientProgram(example), data);
      for (const [output, values] of Object.entries(expected)) close(got[output], values, EQUAL, output);
      const numeric = await numericGradients(oracle, example, data);
      for (const [input, values] of Object.entries(numeric)) close(got[`gradient.${input}`], values, NUMERIC, input);
    });

    it.each(FORWARD_ONLY)('computes $name', async (example) => {
      const data = dataOf(example);
      const expected = await once(oracle, valueProgram(example), data);
      const got = await once(engine, valueProgram(example), data);
      expect(got['value'].constructor).toBe(expected['value'].constructor);
      close(got['value'], expected['value'], EQUAL, 'value');
    });

    it('tells the shapes of its outputs before the first run', async () => {
      const program = await engine.compile(valueProgram(DIFFERENTIATED[0]));
      expect(program.outputs).toEqual({ value: { shape: [3, 4], dtype: 'float32' } });
      await program.dispose();
    });

    it('writes outputs where it is told, and nothing else', async () => {
      const example = DIFFERENTIATED.find((candidate) => candidate.name === 'linear')!;
      const program = await engine.compile(gradientProgram(example));
      const block = new Float32Array(32).fill(7);
      const into = { 'gradient.w': block.subarray(8, 16) };
      const outputs = await program.run(dataOf(example), into);
      const [expected] = [await program.run(dataOf(example))];
      expect(outputs['gradient.w']).toBe(into['gradient.w']);
      expect(into['gradient.w']).toEqual(expected['gradient.w']);
      expect([...block.subarray(0, 8), ...block.subarray(16)].every((value) => value === 7)).toBe(true);
      await program.dispose();
    });

    it('gives the same bytes every time', async () => {
      const example = DIFFERENTIATED.find((candidate) => candidate.name === 'attention with dropout')!;
      const program = await engine.compile(gradientProgram(example));
      const [first, second] = [await program.run(dataOf(example)), await program.run(dataOf(example))];
      expect(second).toEqual(first);
      await program.dispose();
    });

    it('refuses data that do not fit, and names them', async () => {
      const program = await engine.compile(valueProgram(DIFFERENTIATED[0]));
      const data = dataOf(DIFFERENTIATED[0]);
      const wrong: [NamedData, NamedData, RegExp][] = [
        [{ a: data['a'] }, {}, /input b/],
        [{ ...data, b: new Float32Array(3) }, {}, /input b/],
        [{ ...data, b: new Int32Array(8) }, {}, /input b/],
        [data, { value: new Float32Array(11) }, /output value/],
        [data, { values: new Float32Array(12) }, /output values/],
      ];
      for (const [inputs, into, place] of wrong) {
        const error = await program.run(inputs, into).catch((cause) => cause);
        expect(error).toMatchObject({ code: 'engine.input', details: { place: expect.stringMatching(place) } });
      }
      await program.dispose();
    });

    it('leaves no tensor behind', async () => {
      const example = DIFFERENTIATED.find((candidate) => candidate.name === 'attention')!;
      const before = { ...tf.memory() };
      const program = await engine.compile(gradientProgram(example));
      await program.run(dataOf(example));
      await program.dispose();
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    });

    it('trains: program and optimizer together find a known weight', async () => {
      const truth = [1, -2, 0.5];
      const store = new ParameterStore(
        [{ name: 'w', shape: [1, 3], initial: { kind: 'zeros' }, decay: false, trainable: true }],
        1,
      );
      const program = await engine.compile(regressionProgram(store));
      const random = new CounterRandom(1, 'regression');
      const x = Float32Array.from({ length: 24 }, (_, i) => random.normal(0, i));
      const y = Float32Array.from({ length: 8 }, (_, i) => truth.reduce((sum, w, j) => sum + w * x[3 * i + j], 0));
      const optimizer = new AdamW(ADAMW_DEFAULTS);
      const into = { 'gradient.w': store.gradient('w') };
      for (let step = 1; step <= 300; step++) {
        await program.run({ w: store.value('w'), x, y }, into);
        optimizer.step(store, step, 0.05, 1);
      }
      close(store.value('w'), Float32Array.from(truth), 1e-3, 'w');
      await program.dispose();
    });
  });
}

function signatureOf({ inputs, given = {} }: EngineCase): Signature {
  const floats = Object.entries(inputs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]);
  const others = Object.entries(given).map(([name, { shape, dtype }]) => [name, { shape, dtype }]);
  return Object.fromEntries([...floats, ...others]);
}

function dataOf({ name, inputs, given = {}, positive }: EngineCase): Record<string, TensorData> {
  const data: Record<string, TensorData> = {};
  for (const [input, shape] of Object.entries(inputs)) {
    const random = new CounterRandom(5, `${name}.${input}`);
    const length = shape.reduce((product, side) => product * side, 1);
    data[input] = Float32Array.from({ length }, (_, i) => {
      const value = random.normal(0, i);
      return positive ? Math.abs(value) + 0.5 : value;
    });
  }
  const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
  for (const [input, { dtype, values }] of Object.entries(given)) data[input] = arrays[dtype].from(values);
  return data;
}

function valueProgram(example: EngineCase): Program {
  return { name: example.name, inputs: signatureOf(example), build: (x) => ({ value: example.build(x) }) };
}

/** The loss is the sum of all elements, each with a weight of its own, so that no two gradients can be swapped. */
function gradientProgram(example: EngineCase): Program {
  return {
    name: example.name,
    inputs: signatureOf(example),
    build(x) {
      let value: Tensor | undefined;
      const wrt = Object.fromEntries(Object.keys(example.inputs).map((name) => [name, x[name]]));
      const { losses, gradients } = lossAndGradients(() => {
        value = example.build(x);
        return { total: weighted(value), value: value as Scalar };
      }, wrt);
      const named = Object.entries(gradients).map(([name, gradient]) => [`gradient.${name}`, gradient]);
      return { ...losses, ...Object.fromEntries(named) };
    },
  };
}

function weighted(value: Tensor): Scalar {
  const weights = Float32Array.from({ length: value.size }, (_, i) => Math.cos(1 + i));
  return tf.sum(tf.mul(value, tf.tensor(weights, value.shape))) as Scalar;
}

async function numericGradients(engine: Engine, example: EngineCase, data: Record<string, TensorData>) {
  const program = await engine.compile(valueProgram({ ...example, build: example.numeric ?? example.build }));
  const at = async () => {
    const { value } = await program.run(data);
    return (value as Float32Array).reduce((sum, element, i) => sum + element * Math.fround(Math.cos(1 + i)), 0);
  };
  const gradients: Record<string, Float32Array> = {};
  for (const input of Object.keys(example.inputs)) {
    const values = data[input] as Float32Array;
    gradients[input] = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const here = values[i];
      const [above, below] = [Math.fround(here + STEP), Math.fround(here - STEP)];
      values[i] = above;
      const high = await at();
      values[i] = below;
      const low = await at();
      values[i] = here;
      gradients[input][i] = (high - low) / (above - below);
    }
  }
  return gradients;
}

function regressionProgram(store: ParameterStore): Program {
  const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
  return {
    name: 'regression',
    inputs: { ...store.signature(), x: float(8, 3), y: float(8) },
    build({ w, x, y }) {
      const error = () => tf.sub(tf.reshape(tf.matMul(x, w, false, true), [8]), y);
      const { gradients } = lossAndGradients(() => ({ total: tf.mean(tf.square(error())) as Scalar }), { w });
      return { 'gradient.w': gradients['w'] };
    },
  };
}

async function once(engine: Engine, program: Program, data: NamedData): Promise<NamedData> {
  const compiled = await engine.compile(program);
  const outputs = await compiled.run(data);
  await compiled.dispose();
  return outputs;
}

function close(got: TensorData, expected: TensorData, tolerance: number, place: string): void {
  expect(got.length, place).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(got[i] - value) / Math.max(1, Math.abs(value)), `${place}[${i}]: ${got[i]}, ${value}`).toBeLessThan(
      tolerance,
    );
  });
}
