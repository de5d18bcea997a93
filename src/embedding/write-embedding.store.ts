import { join } from 'node:path';
import { writeFile } from '../formats/byte-sink.js';
import { writeDglKe } from '../formats/dgl-ke.js';
import { writeOpenkeJson } from '../formats/openke-json.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { uniqueNames } from '../graph/unique-names.js';
import type { EmbeddingModel } from './embedding-model.js';
import { writeModelFile } from './model-file.store.js';
import type { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { dglKeSettings } from './vectors/dgl-ke-settings.js';

/**
 * Writes a trained model's vectors into a folder: as a DGL-KE folder `<model>_<graph>_0/`, which `loadEmbedding` reads,
 * as OpenKE's `<model>_<model>.json` where the settings ask for it, and whole as `model.safetensors`.
 */
export async function writeEmbedding(
  folder: string,
  model: EmbeddingModel,
  snapshot: GraphSnapshot,
  settings: TrainEmbeddingSettings,
): Promise<void> {
  const { name, tables, shape } = model;
  // Reciprocal relations come after the graph's own and stay here.
  const { relationCount } = snapshot;
  const matrix = (values: Float32Array, rows: number, columns: number) => ({
    rows,
    columns,
    values: values.subarray(0, rows * columns),
  });
  const size = shape.dimension * shape.relationDimension;
  const entities = matrix(tables.entity, shape.entities, shape.dimension);
  const relations = matrix(tables.relation, relationCount, shape.relationDimension);
  const projection = tables.projection && matrix(tables.projection, relationCount, size);
  const relationNames = Array.from({ length: relationCount }, (_, id) => snapshot.relationNames.at(id));
  await writeDglKe(folder, {
    model: name,
    dataset: settings.kg,
    entities,
    relations,
    projection,
    entityNames: uniqueNames(snapshot),
    relationNames,
    settings: {
      ...dglKeSettings(settings.model, { entity: entities, relation: relations }),
      lr: settings.learningRate,
      batch_size: settings.chunkSize,
      neg_sample_size: settings.negatives,
      loss_genre: settings.loss,
      seed: settings.seed,
    },
  });
  const keys = Array.from({ length: shape.entities }, (_, id) => snapshot.entityKeys.at(id));
  await writeModelFile(folder, settings, model, settings.reciprocal, keys, relationNames);
  if (!settings.exportOpenKe) return;
  const file = join(folder, `${settings.model}_${settings.model}.json`);
  await writeFile(file, (sink) => writeOpenkeJson(sink, { entities, relations, transfer: projection }));
}
