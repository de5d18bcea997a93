/**
 * Safetensors with names: the tensors `entityNames` and `relationNames` hold a list of texts as JSON (U8), so that one file is
 * enough. Files of others are read by the names that their programs give the tables; then the lists lie beside.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Matrix } from '../../formats/matrix.js';
import { type NamedTensor, SafetensorsFile } from '../../formats/safetensors.js';
import { TABLE_NAMES, type TableName } from '../embedding-model.js';
import { modelCalled, type NamedVectors, type VectorTables } from './named-vectors.js';

const NAMES = { entities: 'entityNames', relations: 'relationNames' } as const;
/** OpenKE's and LibKGE's parameters, saved as safetensors. */
const CALLED: Readonly<Record<TableName, readonly string[]>> = {
  entity: ['entity', 'ent_embeddings.weight', '_entity_embedder._embeddings.weight'],
  relation: ['relation', 'rel_embeddings.weight', '_relation_embedder._embeddings.weight'],
  projection: ['projection', 'transfer_matrix.weight'],
  normal: ['normal', 'norm_vector.weight'],
  entityProjection: ['entityProjection', 'ent_transfer.weight'],
  relationProjection: ['relationProjection', 'rel_transfer.weight'],
};
/** LibKGE's model with reciprocal relations wraps another. */
const WRAPPED = '_base_model.';

export interface TensorTables extends Pick<NamedVectors, 'model' | 'norm'> {
  readonly tables: VectorTables;
  readonly names?: Pick<NamedVectors, 'entityNames' | 'relationNames'>;
  readonly metadata: ReadonlyMap<string, string>;
}

export function nameTensors(entities: readonly string[], relations: readonly string[]): NamedTensor[] {
  const tensor = (name: string, texts: readonly string[]) => {
    const data = new TextEncoder().encode(JSON.stringify(texts));
    return { name, shape: [data.length], data };
  };
  return [tensor(NAMES.entities, entities), tensor(NAMES.relations, relations)];
}

/** @throws MedgraftError `embedding.tensors` when there is no table of entities, and of the format */
export async function readTensors(path: string): Promise<TensorTables> {
  const file = await SafetensorsFile.open(path);
  try {
    const tables: [TableName, Matrix][] = [];
    for (const table of TABLE_NAMES) {
      const name = tensorOf(file, table);
      if (name !== undefined) tables.push([table, await readTable(file, name, path)]);
    }
    if (tables[0]?.[0] !== 'entity') throw noEntities(path, [...file.tensors.keys()]);
    const facts = file.metadata;
    const norm = facts.get('norm') === '1' ? (1 as const) : facts.get('norm') === '2' ? (2 as const) : undefined;
    const { model } = modelCalled(facts.get('model') ?? '');
    const relationRows = Number(facts.get('relations'));
    return {
      metadata: facts,
      model,
      norm,
      tables: wholeMatrices(Object.fromEntries(tables) as unknown as VectorTables, relationRows),
      ...(file.tensors.has(NAMES.entities) ? { names: await readNames(file, path) } : {}),
    };
  } finally {
    await file.close();
  }
}

function tensorOf(file: SafetensorsFile, table: TableName): string | undefined {
  return CALLED[table].flatMap((name) => [name, WRAPPED + name]).find((name) => file.tensors.has(name));
}

async function readTable(file: SafetensorsFile, name: string, path: string): Promise<Matrix> {
  const [rows, ...sides] = file.tensors.get(name)?.shape ?? [];
  const columns = sides.reduce((product, side) => product * side, 1);
  if (sides.length > 0 && rows * columns > 0) return { rows, columns, values: await file.float32(name) };
  throw new MedgraftError('input', 'embedding.shape', 'the tensor is no table', {
    place: `${path}, tensor ${JSON.stringify(name)}`,
    expected: '[rows, width]',
    got: `[${[rows, ...sides]}]`,
  });
}

/** Our own files hold a projection by the rows of its matrices. */
function wholeMatrices(tables: VectorTables, relationRows: number): VectorTables {
  const { projection, entity } = tables;
  if (projection === undefined || projection.rows !== relationRows * entity.columns) return tables;
  const { columns, values } = projection;
  return { ...tables, projection: { rows: relationRows, columns: entity.columns * columns, values } };
}

async function readNames(file: SafetensorsFile, path: string) {
  const list = async (name: string): Promise<string[]> => {
    if (!file.tensors.has(name)) return [];
    const texts = parsed(await file.uint8(name));
    if (texts !== undefined && new Set(texts).size === texts.length) return texts;
    throw new MedgraftError('input', 'embedding.tensors', `${name} is no list of distinct texts in JSON`, {
      place: path,
    });
  };
  return { entityNames: await list(NAMES.entities), relationNames: await list(NAMES.relations) };
}

function parsed(bytes: Uint8Array): string[] | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function noEntities(place: string, tensors: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'embedding.tensors', 'there is no table of entities', {
    place,
    expected: `a tensor ${CALLED.entity.join(' or ')}`,
    got: tensors.slice(0, 5).join(', ') || 'no tensor',
  });
}
