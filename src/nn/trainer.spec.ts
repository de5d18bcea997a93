import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegressionOptions, TableRegression } from '../../test/support/table-regression.js';
import { createEagerEngine } from '../engine/eager-engine.js';
import type { Engine } from '../engine/engine.js';
import { Trainer, type TrainerEvent, type TrainerOptions } from './trainer.js';
import { readTrainingState, writeTrainingState } from './training-checkpoint.store.js';

const OPTIONS: TrainerOptions = {
  steps: 10,
  learningRate: 0.05,
  warmup: 0.1,
  weightDecay: 0.01,
  accumulation: 1,
  clipNorm: 0,
  evaluateEvery: 0,
  saveEvery: 0,
  patience: 0,
  seed: 1,
};

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEagerEngine('cpu');
  folder = await mkdtemp(join(tmpdir(), 'trainer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains to the end; events of one kind can be looked at one by one. */
async function train(regression: RegressionOptions, changes: Partial<TrainerOptions>) {
  const task = new TableRegression(regression);
  const trainer = new Trainer(task, engine, { ...OPTIONS, ...changes });
  const events: TrainerEvent[] = [];
  for await (const event of trainer.run(new AbortController().signal)) events.push(event);
  return { task, store: task.store, trainer, events };
}

/** Kind and step of each event, with the reason of a save and a star for the best evaluation. */
function brief(events: readonly TrainerEvent[]): string[] {
  return events
    .filter(({ kind }) => kind !== 'step')
    .map((event) => {
      if (event.kind === 'save') return `${event.reason} ${event.step}`;
      return `evaluation ${event.step}${event.kind === 'evaluation' && event.best ? '*' : ''}`;
    });
}

describe('Trainer', () => {
  it('keeps the checkpoint of the largest figure where the task chooses by one', async () => {
    const task = new TableRegression({ samples: 4 });
    const scores = [0.2, 0.6, 0.6, 0.4];
    let asked = 0;
    const judged = Object.assign(Object.create(task), {
      choice: { figure: 'f1', larger: true },
      evaluate: async () => ({ loss: asked, f1: scores[asked++] }),
    });
    const trainer = new Trainer(judged, engine, { ...OPTIONS, steps: 4, evaluateEvery: 1 });
    const events: TrainerEvent[] = [];
    for await (const event of trainer.run(new AbortController().signal)) events.push(event);
    expect(brief(events)).toEqual([
      'evaluation 1*',
      'best 1',
      'evaluation 2*',
      'best 2',
      'evaluation 3',
      'evaluation 4',
      'end 4',
    ]);
    expect(trainer.state).toMatchObject({ bestStep: 2, bestLoss: -0.6 });
  });

  it('learns', async () => {
    const before = new TableRegression({ samples: 16 }).error();
    const { task, events } = await train({ samples: 16 }, { steps: 150 });
    expect(before).toBeGreaterThan(1);
    expect(task.error()).toBeLessThan(0.02);
    expect(events.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual(
      Array.from({ length: 150 }, (_, i) => i + 1),
    );
  });

  it('leaves frozen parameters alone, and does not write into the padding', async () => {
    const { store } = await train({ samples: 4 }, {});
    expect([...store.value('frozen')]).toEqual([1, 1, 1]);
    const used = store.names().reduce((sum, name) => sum + store.value(name).filter((x) => x !== 0).length, 0);
    expect(store.values.filter((x) => x !== 0).length).toBe(used);
  });

  it('takes the same step for two micro-batches as for one batch of both', async () => {
    const two = await train({ samples: 8 }, { steps: 5, accumulation: 2 });
    const one = await train({ samples: 16 }, { steps: 5, accumulation: 1 });
    const difference = (a: Float32Array, b: Float32Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
    expect(difference(two.store.values, one.store.values)).toBeLessThan(1e-5);
    expect(difference(two.store.firstMoments, one.store.firstMoments)).toBeLessThan(1e-5);
    const figures = (events: TrainerEvent[]) =>
      events.flatMap((event) => (event.kind === 'step' ? [event.figures] : []));
    figures(two.events).forEach((step, i) => {
      const other = figures(one.events)[i];
      expect(step['loss.total']).toBeCloseTo(other['loss.total'], 5);
      expect(step['gradientNorm']).toBeCloseTo(other['gradientNorm'], 4);
      expect(step['samples']).toBe(16);
    });
  });

  it('scales gradients down to the clip norm, and small ones not at all', async () => {
    // After one step the first moment is 0.1 times the gradient that was used.
    const used = ({ store }: { store: { firstMoments: Float32Array } }) => Math.hypot(...store.firstMoments) / 0.1;
    const free = await train({ samples: 8 }, { steps: 1 });
    const norm = used(free);
    const clipped = await train({ samples: 8 }, { steps: 1, clipNorm: norm / 4 });
    const loose = await train({ samples: 8 }, { steps: 1, clipNorm: norm * 2 });
    expect(used(clipped)).toBeCloseTo(norm / 4, 4);
    expect(loose.store.values).toEqual(free.store.values);
    const [step] = clipped.events;
    if (step.kind !== 'step') throw new Error('the first event is a step');
    expect(step.figures['gradientNorm']).toBeCloseTo(norm, 4);
  });

  it('clips the mean over micro-batches', async () => {
    const { store, events } = await train({ samples: 8 }, { steps: 1, accumulation: 3, clipNorm: 0.05 });
    expect(Math.hypot(...store.firstMoments) / 0.1).toBeCloseTo(0.05, 5);
    expect(events[0]).toMatchObject({ kind: 'step', figures: { samples: 24 } });
  });

  it('drops other elements in every pass', async () => {
    const masks = new Set<string>();
    const watching: Engine = {
      ...engine,
      async compile(program) {
        const compiled = await engine.compile(program);
        const run: typeof compiled.run = (inputs, into) => {
          masks.add(String(inputs['dropout.rows']));
          return compiled.run(inputs, into);
        };
        return { inputs: compiled.inputs, outputs: compiled.outputs, run, dispose: () => compiled.dispose() };
      },
    };
    const task = new TableRegression({ samples: 8, dropoutRate: 0.5 });
    const trainer = new Trainer(task, watching, { ...OPTIONS, steps: 4, accumulation: 3 });
    for await (const event of trainer.run(new AbortController().signal)) expect(event.step).toBeLessThan(5);
    expect(masks.size).toBe(12);
  });

  it('evaluates and saves when it is due, once at the end, and marks what is best', async () => {
    const { events, trainer } = await train(
      { samples: 2, scriptedLosses: [3, 5, 2, 4] },
      { steps: 8, evaluateEvery: 2, saveEvery: 3 },
    );
    expect(brief(events)).toEqual([
      'evaluation 2*',
      'best 2',
      'interval 3',
      'evaluation 4',
      'evaluation 6*',
      'best 6',
      'interval 6',
      'evaluation 8',
      'end 8',
    ]);
    expect(trainer.state).toMatchObject({ step: 8, bestLoss: 2, bestStep: 6, evaluationsSinceBest: 1 });
  });

  it('does not evaluate again what was evaluated before its last checkpoint', async () => {
    const regression = { samples: 2, scriptedLosses: [3, 5, 2, 4] };
    const changes = { steps: 8, evaluateEvery: 2 };
    const { task, trainer } = await train(regression, changes);
    const state = structuredClone(trainer.state);
    const again = new Trainer(task, engine, { ...OPTIONS, ...changes }, state);
    const events: TrainerEvent[] = [];
    for await (const event of again.run(new AbortController().signal)) events.push(event);
    expect(brief(events)).toEqual(['end 8']);
    expect(again.state).toEqual(trainer.state);
  });

  it('stops early, without evaluating the last step twice', async () => {
    const { events, task } = await train(
      { samples: 2, scriptedLosses: [3, 2, 2, 2.5, 1] },
      { steps: 50, evaluateEvery: 2, patience: 2 },
    );
    expect(brief(events)).toEqual([
      'evaluation 2*',
      'best 2',
      'evaluation 4*',
      'best 4',
      'evaluation 6',
      'evaluation 8',
      'end 8',
    ]);
    expect(task.evaluations).toBe(4);
  });

  it('never takes an evaluation without a number for the best', async () => {
    const { events, trainer } = await train(
      { samples: 2, scriptedLosses: [Number.NaN, 3, Number.NaN, 2] },
      { steps: 4, evaluateEvery: 1 },
    );
    expect(brief(events)).toEqual([
      'evaluation 1',
      'evaluation 2*',
      'best 2',
      'evaluation 3',
      'evaluation 4*',
      'best 4',
      'end 4',
    ]);
    expect(trainer.state.bestLoss).toBe(2);
  });

  it('says when the loss is no number, before it spoils the parameters', async () => {
    const task = new TableRegression({ samples: 2, target: Number.NaN });
    const before = task.store.values.slice();
    const run = new Trainer(task, engine, OPTIONS).run(new AbortController().signal);
    await expect(run.next()).rejects.toMatchObject({ kind: 'input', code: 'nn.diverged' });
    expect(task.store.values).toEqual(before);
  });
});

describe('a training that is stopped and taken up again', () => {
  const options = { ...OPTIONS, steps: 7, accumulation: 3, clipNorm: 1, evaluateEvery: 2 };
  const regression = { samples: 4, dropoutRate: 0.25 };

  it.each([
    [0, 0],
    [0, 1],
    [2, 0],
    [3, 2],
    [6, 1],
  ])('goes on as if nothing had happened after a stop in step %i, micro-batch %i', async (stopStep, stopMicro) => {
    const whole = await train(regression, options);

    const controller = new AbortController();
    const onBatch = (step: number, micro: number) => {
      if (step === stopStep && micro === stopMicro) controller.abort();
    };
    const task = new TableRegression({ ...regression, onBatch });
    const trainer = new Trainer(task, engine, options);
    const events: TrainerEvent[] = [];
    const target = await mkdtemp(join(folder, 'state-'));
    let values = new Float32Array(0);
    const sitting = async () => {
      for await (const event of trainer.run(controller.signal)) {
        events.push(event);
        if (event.kind !== 'save' || event.reason !== 'stopped') continue;
        await writeTrainingState(target, task.store, trainer.state, trainer.accumulated);
        values = task.store.values.slice();
      }
    };
    await expect(sitting()).rejects.toMatchObject({ kind: 'cancelled', code: 'run.cancelled' });

    const resumed = new TableRegression(regression);
    const next = new Trainer(resumed, engine, options);
    resumed.store.values.set(values);
    Object.assign(next.state, await readTrainingState(target, resumed.store, next.accumulated));
    // The batch during which the stop came is finished; the last one of a step finishes the step.
    const done = stopStep * 3 + stopMicro + 1;
    expect(next.state.step * 3 + next.state.micro).toBe(done);
    for await (const event of next.run(new AbortController().signal)) events.push(event);

    expect(resumed.store.values).toEqual(whole.store.values);
    expect(resumed.store.firstMoments).toEqual(whole.store.firstMoments);
    expect(resumed.store.secondMoments).toEqual(whole.store.secondMoments);
    const logged = (all: TrainerEvent[]) => all.filter((event) => event.kind !== 'save' || event.reason !== 'stopped');
    expect(logged(events)).toEqual(whole.events);
    expect(next.state).toEqual(whole.trainer.state);
  });
});
