/**
 * `model.safetensors`: a trained embedding whole, with reciprocal relations, every table that its model has, and the names of
 * the rows (entities by key), which exchange formats do not hold. What asks a model for scores opens this file.
 */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { SafetensorsFile, writeSafetensors } from '../formats/safetensors.js';
import {
  createEmbedding,
  EMBEDDING_MODELS,
  type EmbeddingModelName,
  type EmbeddingOptions,
} from './create-embedding.js';
import { type EmbeddingModel, TABLE_NAMES, type TripleScorer, tableSize } from './embedding-model.js';
import { reciprocalScorer } from './models/reciprocal-scorer.js';
import type { TrainedEmbedding } from './training/embedding-trainer.js';
import { nameTensors } from './vectors/tensor-names.store.js';

export const MODEL_FILE = 'model.safetensors';

export interface OpenedModel {
  readonly name: EmbeddingModelName;
  readonly model: EmbeddingModel;
  /** By the graph's own relations. */
  readonly scorer: TripleScorer;
  /** For other threads, which join by them (`joinEmbedding`). */
  readonly options: EmbeddingOptions;
  readonly memory: WebAssembly.Memory;
  /** Whether the model has a second relation for each. */
  readonly reciprocal: boolean;
}

export async function writeModelFile(
  folder: string,
  { model: name, norm }: Pick<EmbeddingOptions, 'model' | 'norm'>,
  { shape, ...trained }: TrainedEmbedding,
  reciprocal: boolean,
  entityKeys: readonly string[],
  relationNames: readonly string[],
): Promise<void> {
  const tensors = TABLE_NAMES.flatMap((table) => {
    const parts = trained.parts(table);
    const { rows, width } = tableSize(shape, table);
    return parts ? [{ name: table, shape: [rows, width], parts }] : [];
  });
  const facts = { ...shape, norm, reciprocal, model: name };
  const metadata = Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, String(value)]));
  const names = nameTensors(entityKeys, relationNames);
  await writeFile(join(folder, MODEL_FILE), (sink) => writeSafetensors(sink, [...tensors, ...names], metadata));
}

/**
 * @param folder of a `kg.embed` artefact
 * @param products who multiplies matrices; `threads` that will score
 * @throws MedgraftError `embedding.model-file` when it is not one of ours, those of the format
 */
export async function openModelFile(
  folder: string,
  { products = 'wasm', threads = 1 }: { products?: EmbeddingOptions['products']; threads?: number } = {},
): Promise<OpenedModel> {
  const place = join(folder, MODEL_FILE);
  const file = await SafetensorsFile.open(place);
  try {
    const { reciprocal, ...facts } = factsOf(file.metadata, place);
    const options: EmbeddingOptions = { ...facts, ...SCORING, products };
    const { model, memory } = createEmbedding(options, undefined, threads);
    for (const table of TABLE_NAMES) {
      const values = model.tables[table];
      if (values) await file.float32(table, values);
    }
    const scorer = reciprocal ? reciprocalScorer(model) : model;
    return { name: facts.model, model, scorer, options, memory, reciprocal };
  } finally {
    await file.close();
  }
}

/** Nothing is trained. */
const SCORING = {
  loss: { kind: 'cross-entropy' },
  capacity: { positives: 1, negatives: 4 },
  optimizer: { kind: 'sgd', projectionRate: 1, normaliseEntities: false },
  initial: { kind: 'uniform', bound: 0 },
  seed: 0,
} as const;

function factsOf(metadata: ReadonlyMap<string, string>, place: string) {
  const count = (key: string) => {
    const number = Number(metadata.get(key));
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw noModel(place, `a number of ${key}`, metadata.get(key));
  };
  const model = EMBEDDING_MODELS.find((name) => name === metadata.get('model'));
  if (model === undefined) throw noModel(place, EMBEDDING_MODELS.join(', '), metadata.get('model'));
  return {
    model,
    norm: count('norm') === 1 ? (1 as const) : (2 as const),
    reciprocal: metadata.get('reciprocal') === 'true',
    shape: {
      entities: count('entities'),
      relations: count('relations'),
      dimension: count('dimension'),
      relationDimension: count('relationDimension'),
    },
  };
}

export function noModel(place: string, expected: string, got: string | undefined): MedgraftError {
  return new MedgraftError('input', 'embedding.model-file', 'this is no model that kg.embed wrote', {
    place,
    expected,
    got: String(got),
    hint: 'train the vectors again: medgraft kg embed',
  });
}
