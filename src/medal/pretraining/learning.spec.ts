import { beforeAll, describe, expect, it } from 'vitest';
import { topicElectra } from '../../../test/support/topic-language.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { Trainer, type TrainerEvent, type TrainerOptions } from '../../nn/trainer.js';

const STEPS = 400;
const OPTIONS: TrainerOptions = {
  ...{ steps: STEPS, learningRate: 5e-3, warmup: 0.1, weightDecay: 0.01, accumulation: 1, clipNorm: 1 },
  ...{ evaluateEvery: 0, saveEvery: 0, patience: 0, seed: 1 },
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('onnx', 1);
});

async function train(seed: number, steps: number) {
  const { task, store, evaluation } = topicElectra(engine, seed);
  const trainer = new Trainer(task, engine, { ...OPTIONS, steps, seed });
  const events: TrainerEvent[] = [];
  for await (const event of trainer.run(new AbortController().signal)) events.push(event);
  await trainer.dispose();
  await evaluation.dispose();
  const figures = (kind: 'step' | 'evaluation') =>
    events.flatMap((event) => (event.kind === kind ? [event.figures] : []));
  return { steps: figures('step'), evaluation: figures('evaluation')[0], values: store.values.slice() };
}

describe('a small ELECTRA', () => {
  it('learns to tell replaced words in sentences that it has not read, where generator and discriminator start as guessers', async () => {
    const { steps, evaluation } = await train(1, STEPS);
    expect(steps[0]['loss.mlm']).toBeCloseTo(Math.log(45), 1);
    expect(steps[0]['loss.rtd']).toBeCloseTo(Math.log(2), 1);
    expect(steps[STEPS - 1]['loss.rtd']).toBeLessThan(0.25);
    expect(steps[STEPS - 1]['loss.mlm']).toBeLessThan(steps[0]['loss.mlm'] - 0.2);
    const { rtdAccuracy, majority, precision, recall, loss, mlm, rtd } = evaluation;
    expect(rtdAccuracy).toBeGreaterThan(majority + 0.05);
    expect(precision).toBeGreaterThan(0.8);
    expect(recall).toBeGreaterThan(0.5);
    expect(loss).toBeCloseTo(mlm + 50 * rtd, 6);
  });

  it('is the same bytes for the same seed, and others for another', async () => {
    const [one, again, other] = [await train(3, 4), await train(3, 4), await train(4, 4)];
    expect(again).toEqual(one);
    expect(other.values).not.toEqual(one.values);
    expect(one.steps[0]['replacedTokens']).toBeGreaterThan(0);
  });
});
