import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ParameterStore } from './parameter-store.js';
import { initialTrainerState } from './trainer.js';
import { readTrainingState, writeTrainingState } from './training-checkpoint.store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function storeOf(columns: number, trainable = true): ParameterStore {
  const initial = { kind: 'zeros' } as const;
  return new ParameterStore(
    [
      { name: 'weight', shape: [2, columns], initial, decay: true, trainable: true },
      { name: 'bias', shape: [3], initial, decay: false, trainable },
    ],
    1,
  );
}

/** Values that a detour over text or another width would change. */
const awkward = (length: number) =>
  Float32Array.from({ length }, (_, i) => [Math.PI * 1e-38, -0, 1e-45, 3.4e38, 1 / 3][i % 5] * (i + 1));

describe('training state', () => {
  const state = { ...initialTrainerState(), step: 12, micro: 1, partial: { 'loss.total': 1 / 3 }, bestLoss: 0.1 };

  it('comes back bit by bit, with the sums of an unfinished step', async () => {
    const store = storeOf(5);
    store.moments('weight')[0].set(awkward(10));
    store.moments('weight')[1].set(awkward(10).reverse());
    store.moments('bias')[0].set([1, 2, 3]);
    await writeTrainingState(folder, store, state, awkward(store.trainable));
    expect((await readdir(folder)).sort()).toEqual(['optimizer.safetensors', 'trainer_state.json']);
    const other = storeOf(5);
    const accumulated = new Float32Array(other.trainable);
    expect(await readTrainingState(folder, other, accumulated)).toEqual(state);
    const bytes = (array: Float32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    expect(bytes(other.firstMoments)).toEqual(bytes(store.firstMoments));
    expect(bytes(other.secondMoments)).toEqual(bytes(store.secondMoments));
    expect(bytes(accumulated)).toEqual(bytes(awkward(store.trainable)));
  });

  it('keeps no sums between steps', async () => {
    await writeTrainingState(folder, storeOf(5), { ...state, micro: 0 }, awkward(32));
    const accumulated = new Float32Array(32);
    await readTrainingState(folder, storeOf(5), accumulated);
    expect(accumulated.every((x) => x === 0)).toBe(true);
  });

  it('refuses the moments of other parameters', async () => {
    await writeTrainingState(folder, storeOf(5), state, new Float32Array(32));
    await expect(readTrainingState(folder, storeOf(6), new Float32Array(32))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'checkpoint.mismatch',
      details: { expected: '12 numbers', got: '10' },
    });
    await expect(readTrainingState(folder, storeOf(5), new Float32Array(0))).rejects.toMatchObject({
      code: 'checkpoint.mismatch',
    });
    await writeTrainingState(folder, storeOf(5, false), { ...state, micro: 0 }, new Float32Array(0));
    await expect(readTrainingState(folder, storeOf(5), new Float32Array(0))).rejects.toMatchObject({
      code: 'checkpoint.mismatch',
      details: { got: 'no such tensor' },
    });
  });
});
