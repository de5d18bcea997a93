import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../engine/create-engine.js';
import { lossAndGradients } from '../gradients.js';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.js';

const x = Float32Array.of(0.3, -2, 5, 90, -90, 1);
const y = Float32Array.of(1, 0, 1, 0, 1, 0.25);
const w = Float32Array.of(1, 1, 0.5, 1, 1, 0);
const spec = { shape: [2, 3], dtype: 'float32' as const };

async function compute(name: 'onnx' | 'cpu', weights: Float32Array) {
  const program = await (await createEngine(name, 1)).compile({
    name: 'sigmoid cross-entropy',
    inputs: { x: spec, y: spec, w: spec },
    build(inputs) {
      const loss = () => ({
        total: tf.mul(sigmoidCrossEntropy(inputs['x'], inputs['y'], inputs['w']), 3) as tf.Scalar,
      });
      const { losses, gradients } = lossAndGradients(loss, { x: inputs['x'] });
      return { loss: losses['total'], gradient: gradients['x'] };
    },
  });
  const outputs = await program.run({ x, y, w: weights });
  await program.dispose();
  return { loss: outputs['loss'][0], gradient: [...outputs['gradient']] };
}

describe.each(['cpu', 'onnx'] as const)('sigmoidCrossEntropy on %s', (name) => {
  it('is the weighted mean of -y log p - (1 - y) log(1 - p), of far logits too', async () => {
    const { loss, gradient } = await compute(name, w);
    const each = [...x].map((value, i) => Math.log1p(Math.exp(-Math.abs(value))) + Math.max(value, 0) - value * y[i]);
    const mean = each.reduce((sum, value, i) => sum + value * w[i], 0) / 4.5;
    expect(loss).toBeCloseTo(3 * mean, 4);
    [...x].forEach((value, i) => {
      expect(gradient[i]).toBeCloseTo((3 * w[i] * (1 / (1 + Math.exp(-value)) - y[i])) / 4.5, 5);
    });
  });

  it('is 0 where nothing counts', async () => {
    const { loss, gradient } = await compute(name, new Float32Array(6));
    expect(loss).toBe(0);
    expect(gradient.every((value) => Math.abs(value) === 0)).toBe(true);
  });
});
