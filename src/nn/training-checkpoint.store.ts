import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { type NamedTensor, SafetensorsFile, writeSafetensors } from '../formats/safetensors.js';
import type { ParameterStore } from './parameter-store.js';
import type { TrainerState } from './trainer.js';

/**
 * What a resumed training needs beside the weights, bit by bit: `optimizer.safetensors` (both moments of every trained
 * parameter, and the gradient sums of a step that was interrupted between micro-batches) and `trainer_state.json`.
 */
const FIRST = 'first_moment/';
const SECOND = 'second_moment/';
const ACCUMULATED = 'accumulated_gradients';

export async function writeTrainingState(
  folder: string,
  store: ParameterStore,
  state: TrainerState,
  accumulated: Float32Array,
): Promise<void> {
  const tensors: NamedTensor[] = [];
  for (const name of trainedNames(store)) {
    const { shape } = store.spec(name);
    const [first, second] = store.moments(name);
    tensors.push({ name: FIRST + name, shape, data: first }, { name: SECOND + name, shape, data: second });
  }
  if (state.micro > 0) tensors.push({ name: ACCUMULATED, shape: [accumulated.length], data: accumulated });
  await writeFile(join(folder, 'optimizer.safetensors'), (sink) => writeSafetensors(sink, tensors));
  const text = new TextEncoder().encode(`${JSON.stringify(state, null, 2)}\n`);
  await writeFile(join(folder, 'trainer_state.json'), (sink) => sink.write(text));
}

/** @throws MedgraftError `checkpoint.mismatch` when the moments belong to other parameters */
export async function readTrainingState(
  folder: string,
  store: ParameterStore,
  accumulated: Float32Array,
): Promise<TrainerState> {
  const state: TrainerState = JSON.parse(await readFile(join(folder, 'trainer_state.json'), 'utf8'));
  const path = join(folder, 'optimizer.safetensors');
  const file = await SafetensorsFile.open(path);
  try {
    for (const name of trainedNames(store)) {
      const [first, second] = store.moments(name);
      await readTensor(file, path, FIRST + name, first);
      await readTensor(file, path, SECOND + name, second);
    }
    if (state.micro > 0) await readTensor(file, path, ACCUMULATED, accumulated);
  } finally {
    await file.close();
  }
  return state;
}

async function readTensor(file: SafetensorsFile, place: string, name: string, into: Float32Array): Promise<void> {
  const size = file.tensors.get(name)?.shape.reduce((product, side) => product * side, 1);
  if (size !== into.length) {
    throw new MedgraftError('conflict', 'checkpoint.mismatch', 'the optimizer state belongs to other settings', {
      place: `${place}, ${name}`,
      expected: `${into.length} numbers`,
      got: size === undefined ? 'no such tensor' : `${size}`,
      hint: 'use the settings of the run that wrote it',
    });
  }
  await file.float32(name, into);
}

function trainedNames(store: ParameterStore): string[] {
  return store.names().filter((name) => store.spec(name).trainable);
}
