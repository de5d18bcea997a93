import { join } from 'node:path';
import { writeFile } from '../formats/byte-sink.js';
import { writeDglKe } from '../formats/dgl-ke.js';
import { writeOpenkeJson } from '../formats/openke-json.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { uniqueNames } from '../graph/unique-names.js';
import type { TableName } from './embedding-model.js';
import { normOf } from './embedding-options.js';
import { writeModelFile } from './model-file.store.js';
import type { TrainEmbeddingSettings } from './train-embedding-settings.js';
import type { TrainedEmbedding } from './training/embedding-trainer.js';
import { dglKeSettings } from './vectors/dgl-ke-settings.js';

/**
 * Writes a trained model's vectors into a folder: as a DGL-KE folder `<model>_<graph>_0/`, which `loadEmbedding` reads,
 * as OpenKE's `<model>_<model>.json` where the settings ask for it, and whole as `model.safetensors`.
 */
export async function writeEmbedding(
  folder: string,
  model: TrainedEmbedding,
  snapshot: GraphSnapshot,
  settings: TrainEmbeddingSettings,
): Promise<void> {
  const { name, shape } = model;
  // Reciprocal relations come after the graph's own and stay here.
  const { relationCount } = snapshot;
  const matrix = (table: TableName, rows: number, columns: number) => {
    const parts = model.parts(table);
    return parts && { rows, columns, values: firstOf(parts, rows * columns) };
  };
  const size = shape.dimension * shape.relationDimension;
  const tables = () => ({
    entities: filled(matrix('entity', shape.entities, shape.dimension)),
    relations: filled(matrix('relation', relationCount, shape.relationDimension)),
    projection: matrix('projection', relationCount, size),
  });
  const relationNames = Array.from({ length: relationCount }, (_, id) => snapshot.relationNames.at(id));
  await writeDglKe(folder, {
    model: name,
    dataset: settings.kg,
    ...tables(),
    entityNames: uniqueNames(snapshot),
    relationNames,
    settings: {
      ...dglKeSettings(settings.model, shape.dimension, shape.relationDimension),
      lr: settings.learningRate,
      batch_size: settings.chunkSize,
      neg_sample_size: settings.negatives,
      loss_genre: settings.loss,
      seed: settings.seed,
    },
  });
  const keys = Array.from({ length: shape.entities }, (_, id) => snapshot.entityKeys.at(id));
  const { model: kind, reciprocal } = settings;
  await writeModelFile(folder, { model: kind, norm: normOf(kind, settings) }, model, reciprocal, keys, relationNames);
  if (!settings.exportOpenKe) return;
  const file = join(folder, `${settings.model}_${settings.model}.json`);
  const { projection: transfer, ...others } = tables();
  await writeFile(file, (sink) => writeOpenkeJson(sink, { ...others, transfer }));
}

/** Parts up to a length, which may end within one. */
function* firstOf(parts: Iterable<Float32Array>, length: number): Generator<Float32Array> {
  let left = length;
  for (const part of parts) {
    if (left === 0) return;
    yield part.subarray(0, left);
    left -= Math.min(left, part.length);
  }
}

function filled<T>(table: T | undefined): T {
  if (table === undefined) throw new RangeError('every model has vectors of entities and relations');
  return table;
}
