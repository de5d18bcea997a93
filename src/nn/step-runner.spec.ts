import { beforeAll, describe, expect, it } from 'vitest';
import { TableRegression } from '../../test/support/table-regression.js';
import { createEagerEngine } from '../engine/eager-engine.js';
import type { Engine, Program } from '../engine/engine.js';
import { StepRunner } from './step-runner.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine('cpu');
});

describe('StepRunner', () => {
  it('returns the losses and leaves the gradient of every parameter, looked-up and tied rows together', async () => {
    const task = new TableRegression({ samples: 6 });
    const runner = new StepRunner(task, engine, 1);
    const batch = task.batch(0, 0);
    const losses = await runner.run(batch, 0);
    expect(Object.keys(losses).sort()).toEqual(['loss.error', 'loss.total']);
    const gradients = task.store.gradients.slice();
    const { values, trainable } = task.store;
    // Central differences of the whole loss; the padding between parameters has gradient 0.
    for (let i = 0; i < trainable; i++) {
      const value = values[i];
      const at = async (shift: number) => {
        values[i] = value + shift;
        return (await runner.run(batch, 0))['loss.total'];
      };
      const slope = ((await at(1e-2)) - (await at(-1e-2))) / 2e-2;
      values[i] = value;
      expect(Math.abs(slope - gradients[i]), `scalar ${i}`).toBeLessThan(2e-3);
    }
    expect(gradients.filter((g) => g !== 0).length).toBe(12 * 4 + 4 + 1);
  });

  it('starts every pass from zero', async () => {
    const task = new TableRegression({ samples: 3 });
    const runner = new StepRunner(task, engine, 1);
    await runner.run(task.batch(0, 0), 0);
    const first = task.store.gradients.slice();
    await runner.run(task.batch(1, 0), 0);
    expect(task.store.gradients).not.toEqual(first);
    await runner.run(task.batch(0, 0), 0);
    expect(task.store.gradients).toEqual(first);
  });

  it('draws dropout by the number of the pass and the seed', async () => {
    const task = new TableRegression({ samples: 8, dropoutRate: 0.5 });
    const loss = async (seed: number, draw: number) =>
      (await new StepRunner(task, engine, seed).run(task.batch(0, 0), draw))['loss.total'];
    const reference = await loss(1, 0);
    expect(await loss(1, 0)).toBe(reference);
    expect(await loss(1, 1)).not.toBe(reference);
    expect(await loss(2, 0)).not.toBe(reference);
  });

  it('compiles a program once a key, and disposes of it', async () => {
    const compiled: string[] = [];
    let disposed = 0;
    const counting: Engine = {
      name: 'cpu',
      threads: 1,
      async compile(program: Program) {
        compiled.push(program.name);
        const inner = await engine.compile(program);
        return {
          inputs: inner.inputs,
          outputs: inner.outputs,
          run: (inputs, into) => inner.run(inputs, into),
          dispose: async () => void disposed++,
        };
      },
    };
    const task = new TableRegression({ samples: 4 });
    const runner = new StepRunner(task, counting, 1);
    const shorter = new TableRegression({ samples: 2 }).batch(0, 0);
    for (const batch of [task.batch(0, 0), shorter, task.batch(1, 0), shorter]) await runner.run(batch, 0);
    expect(compiled).toEqual(['regression of 4', 'regression of 2']);
    await runner.dispose();
    expect(disposed).toBe(2);
  });
});
