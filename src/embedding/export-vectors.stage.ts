/**
 * `kg.vectors`: the vectors that `kg.embed` left, in the layout of another program. They come back by `kg embed --start-from`
 * with the folder; what a layout cannot hold is told.
 */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { uniqueNames } from '../graph/unique-names.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { calledName } from './create-embedding.js';
import { MODEL_FILE, noModel } from './model-file.store.js';
import { nameVectors } from './vectors/named-vectors.js';
import { readTensors } from './vectors/tensor-names.store.js';
import { VECTOR_FORMATS, type VectorFormat } from './vectors/write-vectors.store.js';

export class ExportVectorsSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning:
      'Who is to read them: DGL-KE (either dialect of config.json), OpenKE, SMedBERT, word2vec, NumPy and PyKEEN.',
    choices: Object.keys(VECTOR_FORMATS),
  })
  format: VectorFormat = 'safetensors';

  @Setting({
    type: 'string',
    meaning: "What entities are called: their names, made distinct where several share one, or the graph's keys.",
    choices: ['names', 'keys'],
  })
  entities: 'names' | 'keys' = 'names';

  @Setting({
    type: 'string',
    choices: ['none', 'one'],
    meaning:
      "Of the format smedbert: `one` writes a row of zeros before the first and ids that begin at 1, the repository's row shift.",
  })
  rowShift: 'none' | 'one' = 'none';
}

async function* run(
  { kg, format, entities, rowShift }: ExportVectorsSettings,
  inputs: StageInputs,
  { folder }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  if (rowShift === 'one' && format !== 'smedbert') throw noShift(format);
  const place = join(inputs['vectors'].folder, MODEL_FILE);
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const { tables, model, norm, metadata } = await readTensors(place);
  if (model === undefined || norm === undefined) throw noModel(place, 'a model and its norm', metadata.get('model'));
  const { entityKeys, entityCount, relationCount, relationNames } = snapshot;
  const keys = () => Array.from({ length: entityCount }, (_, id) => entityKeys.at(id));
  const vectors = nameVectors({
    place,
    model,
    norm,
    tables,
    entityNames: entities === 'keys' ? keys() : uniqueNames(snapshot),
    relationNames: Array.from({ length: relationCount }, (_, id) => relationNames.at(id)),
  });
  const called = calledName(model, norm);
  const facts = Object.fromEntries(metadata);
  const lost = await VECTOR_FORMATS[format](folder, {
    ...vectors,
    model,
    called,
    dataset: kg,
    facts,
    isShifted: rowShift === 'one',
  });
  if (lost !== undefined) yield { kind: 'note', message: `not in these files: ${lost}` };
  const { rows, columns } = tables.entity;
  return { model: called, entities: rows, relations: relationCount, dimension: columns, exact: lost === undefined };
}

function noShift(format: VectorFormat): MedgraftError {
  return new MedgraftError('input', 'embedding.row-shift', 'only the format smedbert has a row shift', {
    place: 'rowShift',
    expected: '--format smedbert',
    got: `--format ${format}`,
  });
}

export const exportVectors: Stage<ExportVectorsSettings> = {
  name: 'kg.vectors',
  summary: "Write a graph's vectors as files of DGL-KE, OpenKE, SMedBERT, word2vec, safetensors or NumPy.",
  version: 1,
  kind: 'artefact',
  settings: ExportVectorsSettings,
  labels: ['kg', 'format'],
  needs: { graph: 'kg.import', vectors: 'kg.embed' },
  run,
};
