/** Vectors of any layout that `locateVectors` knows, with their names, checked. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readDglKe } from '../../formats/dgl-ke.js';
import type { Matrix } from '../../formats/matrix.js';
import { NpyFile } from '../../formats/npy.js';
import { readOpenkeParameters } from '../../formats/openke-json.js';
import { readWord2vec } from '../../formats/word2vec.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { isOfEntities, TABLE_NAMES } from '../embedding-model.js';
import { phaseScale } from './dgl-ke-settings.js';
import { phasesOf, scaled, separateParts } from './half-columns.js';
import { ARRAY_FILES, type LocatedVectors, locateVectors } from './locate-vectors.store.js';
import { NAME_FILES } from './name-files.store.js';
import { modelCalled, type NamedVectors, nameVectors, type VectorTables } from './named-vectors.js';
import { tablesOfParameters } from './openke-parameters.js';
import { type RowShift, withoutPadding } from './row-shift.js';
import { readTensors } from './tensor-names.store.js';

/** A model's tables before their rows have names. */
interface Tables extends Pick<NamedVectors, 'model' | 'norm'> {
  readonly tables: VectorTables;
}

/**
 * @param asked the model that the vectors are for: complex relations are phases to RotatE
 * @param shift whether row 0 of tables whose names lie in files beside them is padding
 * @throws MedgraftError those of `locateVectors` and `nameVectors`, `embedding.names-missing`, `embedding.row-shift`, and of
 * the format
 */
export async function readVectors(
  path: string,
  asked: EmbeddingModelName,
  shift: RowShift = 'auto',
): Promise<NamedVectors> {
  const located = locateVectors(path);
  switch (located.layout) {
    case 'dgl-ke':
      return readDglKeVectors(located.path);
    case 'word2vec':
      return readWord2vecVectors(located.path);
    case 'safetensors': {
      const { names, metadata: _facts, ...read } = await readTensors(located.path);
      return names ? nameVectors({ ...read, ...names, place: path }) : withNames(located, read, shift);
    }
    case 'openke':
      return withNames(located, tablesOfParameters(await readOpenkeParameters(located.path), located.path), shift);
    case 'numpy':
      return withNames(located, { tables: await readArrays(located.path, asked) }, shift);
  }
}

async function readDglKeVectors(place: string): Promise<NamedVectors> {
  const { entities, relations, projection, entityNames, relationNames, model, settings } = await readDglKe(place);
  const called = modelCalled(model);
  const relation = called.model === 'rotate' ? scaled(relations, phaseScale(settings)) : relations;
  const tables = { entity: entities, relation, ...(projection ? { projection } : {}) };
  return nameVectors({ place, ...called, entityNames, relationNames, tables });
}

async function readWord2vecVectors(place: string): Promise<NamedVectors> {
  const { names, vectors } = await readWord2vec(place);
  return nameVectors({ place, entityNames: names, relationNames: [], tables: { entity: vectors } });
}

async function readArrays(folder: string, asked: EmbeddingModelName): Promise<VectorTables> {
  const tables: [string, Matrix][] = [];
  for (const table of TABLE_NAMES) {
    const path = join(folder, ARRAY_FILES[table]);
    if (!existsSync(path)) continue;
    const { matrix, isComplex } = await readArray(path);
    tables.push([table, isComplex && table === 'relation' && asked === 'rotate' ? phasesOf(matrix) : matrix]);
  }
  return Object.fromEntries(tables) as unknown as VectorTables;
}

/** Further axes are laid side by side: a row of matrices is a row of numbers. */
async function readArray(path: string): Promise<{ matrix: Matrix; isComplex: boolean }> {
  const file = await NpyFile.open(path);
  try {
    const [rows, ...sides] = file.shape;
    const isComplex = file.dtype === '<c8';
    const columns = sides.reduce((product, side) => product * side, isComplex ? 2 : 1);
    if (sides.length === 0 || rows * columns === 0) {
      const got = `(${file.shape})`;
      throw new MedgraftError('input', 'embedding.shape', 'the array is no table', {
        place: path,
        expected: '(rows, width)',
        got,
      });
    }
    const values = isComplex ? await file.complex64() : await file.float32();
    const matrix = { rows, columns, values };
    return { matrix: isComplex ? separateParts(matrix) : matrix, isComplex };
  } finally {
    await file.close();
  }
}

/** With the lists that lie beside the tables. */
async function withNames({ names, path }: LocatedVectors, read: Tables, shift: RowShift): Promise<NamedVectors> {
  if (names === undefined) throw namesMissing(path);
  const { tables } = read;
  const entities = await names.read(names.entities);
  if (tables.relation && names.relations === undefined) throw namesMissing(path);
  const relations = names.relations ? await names.read(names.relations) : { names: [], first: 0 as const };
  const entries = TABLE_NAMES.flatMap((table) => {
    const matrix = tables[table];
    if (matrix === undefined) return [];
    const isOfRelations = !isOfEntities(table);
    const list = isOfRelations ? relations : entities;
    return [[table, withoutPadding({ ...list, matrix, isOfRelations, place: `${path}, ${table}` }, shift)] as const];
  });
  const unpadded = Object.fromEntries(entries) as unknown as VectorTables;
  return nameVectors({
    ...read,
    place: path,
    entityNames: entities.names,
    relationNames: relations.names,
    tables: unpadded,
    hasPadding: unpadded.entity.rows < tables.entity.rows,
  });
}

function namesMissing(place: string): MedgraftError {
  return new MedgraftError('missing', 'embedding.names-missing', 'the rows of these vectors have no names', {
    place,
    expected: `beside them: ${NAME_FILES}`,
    hint: "copy the lists of names there; they lie with the training's data",
  });
}
