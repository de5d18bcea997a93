/**
 * Embeddings as DGL-KE saves them: a folder `<model>_<dataset>_<n>/` with `<dataset>_<model>_entity.npy` (N x d),
 * `<dataset>_<model>_relation.npy`, for TransR `<dataset>_<model>projection.npy` (R x d*d'), `config.json`, and the names as
 * `entities.tsv` and `relations.tsv` (id TAB name). `config.json` is known in two dialects (older: `model`, `emp_file`;
 * newer: `model_name`, `emap_file`): both are read, and both are written.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { type ByteSink, writeFile } from './byte-sink.js';
import { readFailure } from './byte-source.js';
import { idListError, lineName, readNameList } from './id-list.js';
import { assertFilled, type Matrix, type MatrixRows } from './matrix.js';
import { NpyFile, writeNpy } from './npy.js';

export interface DglKeModel {
  /** As DGL-KE calls it: `TransE_l1`, `TransE_l2`, `TransR`. */
  readonly model: string;
  readonly dataset: string;
  readonly entities: Matrix;
  readonly relations: Matrix;
  /** TransR: a row a relation. */
  readonly projection?: Matrix;
  /** By id. */
  readonly entityNames: readonly string[];
  readonly relationNames: readonly string[];
  /** Further entries of `config.json`, for example `gamma`, `lr`, `batch_size`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How `config.json` calls things: both at once unless one is asked for. */
export type DglKeDialect = 'older' | 'newer' | 'both';

const ENTITY_MAP = 'entities.tsv';
const RELATION_MAP = 'relations.tsv';
/** Names become parts of file names. */
const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** As it is written: tables may come in parts. */
export interface DglKeContent extends Omit<DglKeModel, 'entities' | 'relations' | 'projection'> {
  readonly entities: MatrixRows;
  readonly relations: MatrixRows;
  readonly projection?: MatrixRows;
}

/**
 * Makes the first free `<model>_<dataset>_<n>/` in `parent` and fills it.
 * @returns its path
 * @throws MedgraftError `formats.dgl-ke` when a name cannot be part of a file name; RangeError when sizes disagree
 */
export async function writeDglKe(parent: string, model: DglKeContent, dialect: DglKeDialect = 'both'): Promise<string> {
  const { entities, relations, projection, entityNames, relationNames } = model;
  assertFilled('entities', entities);
  assertFilled('relations', relations);
  if (entities.rows !== entityNames.length || relations.rows !== relationNames.length) {
    throw new RangeError('there are not as many names as vectors');
  }
  const names = fileNames(model.model, model.dataset, parent);
  const folder = await makeNumberedFolder(join(parent, `${model.model}_${model.dataset}`));
  const write = (name: string, fill: (sink: ByteSink) => Promise<void>) => writeFile(join(folder, name), fill);
  await write(names.entities, (sink) => writeMatrix(sink, entities));
  await write(names.relations, (sink) => writeMatrix(sink, relations));
  if (projection) await write(names.projection, (sink) => writeMatrix(sink, projection));
  await write(ENTITY_MAP, (sink) => writeNames(sink, entityNames));
  await write(RELATION_MAP, (sink) => writeNames(sink, relationNames));
  await write('config.json', (sink) => sink.write(new TextEncoder().encode(configText(model, dialect))));
  return folder;
}

/**
 * @param folder the `<model>_<dataset>_<n>/` folder
 * @throws MedgraftError `formats.dgl-ke`, `formats.npy`, `formats.id-list`, `formats.missing`
 */
export async function readDglKe(folder: string): Promise<DglKeModel> {
  const settings = await readConfig(join(folder, 'config.json'));
  const place = join(folder, 'config.json');
  const model = textOf(settings, ['model_name', 'model'], place);
  const dataset = textOf(settings, ['dataset'], place);
  const entityMap = textOf(settings, ['emap_file', 'emp_file'], place);
  const relationMap = textOf(settings, ['rmap_file'], place);
  const names = fileNames(model, dataset, place);
  const entities = await readMatrix(join(folder, names.entities));
  const relations = await readMatrix(join(folder, names.relations));
  const projection = model === 'TransR' ? await readMatrix(join(folder, names.projection)) : undefined;
  const entityNames = await readNames(inside(folder, entityMap, place), entities.rows);
  const relationNames = await readNames(inside(folder, relationMap, place), relations.rows);
  return { model, dataset, entities, relations, projection, entityNames, relationNames, settings };
}

function fileNames(model: string, dataset: string, place: string) {
  for (const name of [model, dataset]) {
    if (!FILE_NAME.test(name))
      throw dglKeError(place, 'the name cannot be part of a file name', 'letters, digits, . _ -', name);
  }
  const stem = `${dataset}_${model}`;
  return { entities: `${stem}_entity.npy`, relations: `${stem}_relation.npy`, projection: `${stem}projection.npy` };
}

async function makeNumberedFolder(stem: string): Promise<string> {
  for (let number = 0; ; number++) {
    try {
      await mkdir(`${stem}_${number}`);
      return `${stem}_${number}`;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

function configText({ model, dataset, entities, settings }: DglKeContent, dialect: DglKeDialect): string {
  const { hidden_dim: width = entities.columns, ...others } = settings;
  const older = { model, emb_size: width, emp_file: ENTITY_MAP };
  const newer = { model_name: model, hidden_dim: width, emap_file: ENTITY_MAP };
  const config = {
    ...others,
    dataset,
    ...(dialect === 'newer' ? {} : older),
    ...(dialect === 'older' ? {} : newer),
    rmap_file: RELATION_MAP,
  };
  return `${JSON.stringify(config, undefined, 4)}\n`;
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  let config: unknown;
  try {
    config = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw readFailure(error, path);
    throw dglKeError(path, 'the file is not JSON', undefined, error.message);
  }
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return { ...config };
  throw dglKeError(path, 'the file is not a JSON object');
}

function textOf(config: Readonly<Record<string, unknown>>, keys: readonly string[], place: string): string {
  const value = keys.map((key) => config[key]).find((candidate) => typeof candidate === 'string');
  if (typeof value === 'string') return value;
  throw dglKeError(place, 'an entry is missing', keys.join(' or '), Object.keys(config).join(', '));
}

/** A file name of the folder itself: what a config names elsewhere is not opened. */
function inside(folder: string, name: string, place: string): string {
  if (FILE_NAME.test(name)) return join(folder, name);
  throw dglKeError(place, 'the name map lies outside the folder', 'a file name', name);
}

async function writeMatrix(sink: ByteSink, { rows, columns, values }: MatrixRows): Promise<void> {
  await writeNpy(sink, [rows, columns], values);
}

async function readMatrix(path: string): Promise<Matrix> {
  const file = await NpyFile.open(path);
  try {
    const [rows, columns] = file.shape;
    if (file.shape.length === 2) return { rows, columns, values: await file.float32() };
    throw dglKeError(path, 'the array is not a matrix', 'two axes', `(${file.shape})`);
  } finally {
    await file.close();
  }
}

async function writeNames(sink: ByteSink, names: readonly string[]): Promise<void> {
  const encoder = new TextEncoder();
  for (const [id, name] of names.entries()) await sink.write(encoder.encode(`${id}\t${lineName(name)}\n`));
}

async function readNames(path: string, count: number): Promise<string[]> {
  const list = await readNameList(path).catch((error: unknown) => {
    if (!(error instanceof MedgraftError) || error.code !== 'formats.missing') throw error;
    const hint = 'DGL-KE leaves the lists of names in the folder of its data: copy them here';
    throw new MedgraftError(error.kind, error.code, 'there is no such file', { place: path, hint, cause: error });
  });
  if (list.length === count) return list;
  throw idListError(path, 'there are not as many names as vectors', `${count}`, `${list.length}`);
}

function dglKeError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.dgl-ke', message, { place, expected, got });
}
