import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { TorchFile } from '../../formats/pytorch-bin.js';
import type { WeightFile } from '../../formats/weight-file.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { referenceConfig } from './reference-config.js';
import type { ModelName, SenseConfig } from './sense-config.js';
import { headName } from './sense-config.js';
import { senseParameterSpecs, WORDS } from './sense-parameters.js';
import { CUE_WEIGHTS } from './text-cues.js';

/**
 * Checkpoints of McGill-NLP/medal: a state dict of torch.save (`model.pt`), or one in a dict with epoch and optimizer (`.tar`).
 * Names may begin with `module.`, as DataParallel writes them. A file that holds a whole Python object is refused by its reader.
 */
const PREFIX = 'module.';
/** Buffers of transformers that are no weights. */
const BUFFERS = ['electra.embeddings.position_ids', 'electra.embeddings.token_type_ids'];
const LISTED = 12;

export interface ReferenceCheckpoint {
  readonly place: string;
  /** Without a word table: LSTMs of the reference read vectors from a file. */
  readonly config: SenseConfig;
  /** Fills the parameters of a model of these sizes; a word table and weights of cues stay as they are. */
  fill(store: ParameterStore): Promise<void>;
  close(): Promise<void>;
}

/**
 * @throws MedgraftError `medal.checkpoint` where it is no checkpoint of such a model, `checkpoint.mismatch` with every tensor that is
 * missing, has another shape or belongs nowhere, and as `TorchFile.open`
 */
export async function openReferenceCheckpoint(path: string, model: ModelName): Promise<ReferenceCheckpoint> {
  const file = await TorchFile.open(path);
  try {
    return checkpointOf(file, model);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function checkpointOf(file: WeightFile, model: ModelName): ReferenceCheckpoint {
  const names = new Map([...file.tensors.keys()].map((name) => [withoutPrefix(name), name]));
  const shapes = new Map([...names].map(([name, own]) => [name, file.tensors.get(own)?.shape ?? []]));
  const config = referenceConfig(model, shapes);
  if (config === undefined) throw otherModel(file.place, model, [...names.keys()]);
  const expected = senseParameterSpecs(config);
  const problems = mismatches(new Map(expected.map(({ name, shape }) => [name, shape])), shapes);
  if (problems.length > 0) throw mismatch(file.place, model, problems);
  return {
    place: file.place,
    config,
    async fill(store) {
      for (const name of store.names()) {
        if (name !== WORDS && name !== CUE_WEIGHTS) await file.float32(names.get(name) as string, store.value(name));
      }
    },
    close: () => file.close(),
  };
}

/** ELECTRA's pieces: the reference takes them from the hub, here they lie beside the checkpoint. */
export function vocabularyBeside(path: string): string {
  const vocabulary = join(dirname(path), 'vocab.txt');
  if (existsSync(vocabulary)) return vocabulary;
  throw new MedgraftError('missing', 'medal.vocabulary', 'the checkpoint does not say how its text was cut', {
    place: path,
    expected: vocabulary,
    hint: 'put the vocab.txt of google/electra-small-discriminator beside it',
  });
}

/** @throws MedgraftError `medal.senses` where the classifier has another number of classes than the table has rows */
export function assertClasses(place: string, { classes }: SenseConfig, rows: number): void {
  if (classes === rows) return;
  throw new MedgraftError('conflict', 'medal.senses', 'the checkpoint was trained on another table of abbreviations', {
    place,
    expected: `${rows} classes, a row of the table each`,
    got: `${classes} classes`,
    hint: 'name the table that it was trained with: its rows, in their order, are the classes',
  });
}

function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

function mismatches(
  expected: ReadonlyMap<string, readonly number[]>,
  found: ReadonlyMap<string, readonly number[]>,
): string[] {
  const problems: string[] = [];
  for (const [name, shape] of expected) {
    const got = found.get(name);
    if (got === undefined) problems.push(`${name} [${shape.join(', ')}] is missing`);
    else if (got.join() !== shape.join()) problems.push(`${name} is [${got.join(', ')}], not [${shape.join(', ')}]`);
  }
  for (const name of found.keys()) {
    if (!expected.has(name) && !BUFFERS.includes(name)) problems.push(`${name} belongs to no such model`);
  }
  return problems;
}

function mismatch(place: string, model: ModelName, problems: readonly string[]): MedgraftError {
  const more = problems.length > LISTED ? [`and ${problems.length - LISTED} more`] : [];
  return new MedgraftError('conflict', 'checkpoint.mismatch', `this is no whole checkpoint of ${model}`, {
    place,
    expected: `the state dict of ${model}`,
    got: [...problems.slice(0, LISTED), ...more].join('; '),
    hint: 'name the model that it is of: lstm, lstm-sa or electra',
  });
}

function otherModel(place: string, model: ModelName, names: readonly string[]): MedgraftError {
  return new MedgraftError('conflict', 'medal.checkpoint', `this is no checkpoint of ${model}`, {
    place,
    expected: model === 'electra' ? 'electra.* and output.*' : `rnn.* and ${headName({ model })}.*`,
    got: `${names.slice(0, 6).join(', ')}, ...`,
    hint: 'name the model that it is of: lstm, lstm-sa or electra',
  });
}
