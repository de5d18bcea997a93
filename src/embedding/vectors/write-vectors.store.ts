/**
 * Vectors in the layouts of other programs. All of it comes back through `--start-from` to the same numbers; what a layout
 * cannot hold is told, and a model that a program does not know is refused.
 */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { type ByteSink, bytesOf, writeFile } from '../../formats/byte-sink.js';
import { type DglKeDialect, writeDglKe } from '../../formats/dgl-ke.js';
import { writeTextFile } from '../../formats/gzip-sink.js';
import { writeIdList } from '../../formats/id-list.js';
import { labelLines } from '../../formats/label-list.js';
import type { Matrix } from '../../formats/matrix.js';
import { npyPrefix } from '../../formats/npy.js';
import { writeOpenkeParameters } from '../../formats/openke-json.js';
import { writeSafetensors } from '../../formats/safetensors.js';
import { writeWord2vec } from '../../formats/word2vec.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { TABLE_NAMES } from '../embedding-model.js';
import { MODEL_FILE } from '../model-file.store.js';
import { dglKeSettings } from './dgl-ke-settings.js';
import { interleaveParts } from './half-columns.js';
import { ARRAY_FILES } from './locate-vectors.store.js';
import type { NamedVectors, VectorTables } from './named-vectors.js';
import { parametersOf } from './openke-parameters.js';
import { withPadding } from './row-shift.js';
import { nameTensors } from './tensor-names.store.js';

/** Vectors of a model that is known, with the graph's own relations. */
export interface WrittenVectors extends NamedVectors {
  readonly model: EmbeddingModelName;
  /** As DGL-KE calls the model. */
  readonly called: string;
  /** Name of the graph. */
  readonly dataset: string;
  /** Of the format smedbert: a row of padding before the first, ids from 1. */
  readonly isShifted?: boolean;
  /** Of `model.safetensors`. */
  readonly facts: Readonly<Record<string, string>>;
}

/** @returns what the files cannot hold */
type WriteVectors = (folder: string, vectors: WrittenVectors) => Promise<string | undefined>;

export const VECTOR_FORMATS = {
  dglke: (folder, vectors) => writeDglKeFolder(folder, vectors, 'newer'),
  'dglke-old': (folder, vectors) => writeDglKeFolder(folder, vectors, 'older'),
  openke: (folder, vectors) => writeOpenke(folder, vectors, 'openke.json', ''),
  smedbert: writeSmedbert,
  word2vec: writeWord2vecFile,
  safetensors: writeWhole,
  numpy: writeArrays,
} satisfies Record<string, WriteVectors>;

export type VectorFormat = keyof typeof VECTOR_FORMATS;

const RECIPROCAL = 'reciprocal relations';
/** Characters that are packed at a time. */
const TEXT_BLOCK = 1 << 16;

async function writeDglKeFolder(
  folder: string,
  vectors: WrittenVectors,
  dialect: DglKeDialect,
): Promise<string | undefined> {
  const { model, called, dataset, tables, entityNames, relationNames, reciprocal } = vectors;
  if (model === 'transh' || model === 'transd') throw unknownTo('DGL-KE', model, 'openke, numpy or safetensors');
  const { entity, relation, projection } = ownTables(vectors);
  if (relation === undefined) throw new RangeError('a trained model has relations');
  const settings = dglKeSettings(model, tables.entity.columns, tables.relation?.columns);
  const files = {
    model: called,
    dataset,
    entities: entity,
    relations: relation,
    projection,
    entityNames,
    relationNames,
  };
  await writeDglKe(folder, { ...files, settings }, dialect);
  return reciprocal ? RECIPROCAL : undefined;
}

async function writeOpenke(
  folder: string,
  vectors: WrittenVectors,
  file: string,
  prefix: string,
): Promise<string | undefined> {
  const shift = vectors.isShifted === true ? 1 : 0;
  const own = [...parametersOf(vectors.model, ownTables(vectors))];
  const parameters = new Map(own.map(([name, matrix]) => [name, shift === 1 ? withPadding(matrix) : matrix]));
  await writeFile(join(folder, file), (sink) => writeOpenkeParameters(sink, parameters));
  const list = (name: string, names: readonly string[]) =>
    writeFile(join(folder, `${prefix}${name}`), (sink) => writeIdList(sink, names, shift));
  await list('entity2id.txt', vectors.entityNames);
  await list('relation2id.txt', vectors.relationNames);
  return vectors.reciprocal ? RECIPROCAL : undefined;
}

/** Some of its programs add the row of padding themselves, others have it in the file. All need TransR's matrices. */
function writeSmedbert(folder: string, vectors: WrittenVectors): Promise<string | undefined> {
  if (vectors.model === 'transr') return writeOpenke(folder, vectors, 'transr_transr.json', 'ch_');
  throw unknownTo("SMedBERT's program", vectors.model, 'kg embed --model transr, or another format');
}

async function writeWord2vecFile(folder: string, { tables, entityNames }: WrittenVectors): Promise<string> {
  const vectors = { names: entityNames, vectors: tables.entity };
  await writeFile(join(folder, 'vectors.vec'), (sink) => writeWord2vec(sink, vectors));
  return 'relations';
}

async function writeWhole(folder: string, vectors: WrittenVectors): Promise<undefined> {
  const { tables, entityNames, relationNames, facts } = vectors;
  const tensors = TABLE_NAMES.flatMap((name) => {
    const matrix = tables[name];
    // A projection stands there by the rows of its matrices.
    const columns = name === 'projection' ? tables.relation?.columns : matrix?.columns;
    return matrix && columns ? [{ name, shape: [matrix.values.length / columns, columns], data: matrix.values }] : [];
  });
  const names = nameTensors(entityNames, relationNames);
  await writeFile(join(folder, MODEL_FILE), (sink) => writeSafetensors(sink, [...tensors, ...names], facts));
}

/** Arrays and lists of labels as PyKEEN has them: complex numbers as such, matrices with an axis of their own. */
async function writeArrays(folder: string, vectors: WrittenVectors): Promise<string | undefined> {
  const { model, entityNames, relationNames, reciprocal } = vectors;
  const tables = ownTables(vectors);
  for (const table of TABLE_NAMES) {
    const matrix = tables[table];
    if (matrix === undefined) continue;
    const isComplex = model === 'complex' || (model === 'rotate' && table === 'entity');
    const width = table === 'projection' ? tables.entity.columns : undefined;
    await writeFile(join(folder, ARRAY_FILES[table]), (sink) => writeArray(sink, matrix, isComplex, width));
  }
  for (const [file, names] of [
    ['entity_to_id.tsv.gz', entityNames],
    ['relation_to_id.tsv.gz', relationNames],
  ] as const) {
    await writeTextFile(join(folder, file), (sink) => writeTexts(sink, labelLines(names)));
  }
  return reciprocal ? RECIPROCAL : undefined;
}

/** @param height of the matrices that a row holds */
async function writeArray(sink: ByteSink, matrix: Matrix, isComplex: boolean, height?: number): Promise<void> {
  const { rows, columns } = matrix;
  const sides = height === undefined ? [isComplex ? columns / 2 : columns] : [height, columns / height];
  await sink.write(npyPrefix(isComplex ? '<c8' : '<f4', [rows, ...sides]));
  await sink.write(bytesOf((isComplex ? interleaveParts(matrix) : matrix).values));
}

async function writeTexts(sink: ByteSink, texts: Iterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < TEXT_BLOCK) continue;
    await sink.write(encoder.encode(pending));
    pending = '';
  }
  await sink.write(encoder.encode(pending));
}

/** Without the reciprocal relations, which come after the graph's own. */
function ownTables({ tables, relationNames, reciprocal }: WrittenVectors): VectorTables {
  if (!reciprocal) return tables;
  const own = TABLE_NAMES.flatMap((table) => {
    const matrix = tables[table];
    if (matrix === undefined) return [];
    const { columns, values } = matrix;
    const rows = matrix.rows === 2 * relationNames.length && table !== 'entity' ? relationNames.length : matrix.rows;
    return [[table, { rows, columns, values: values.subarray(0, rows * columns) }] as const];
  });
  return Object.fromEntries(own) as unknown as VectorTables;
}

function unknownTo(program: string, model: string, instead: string): MedgraftError {
  return new MedgraftError('input', 'embedding.format', `${program} does not know this model`, {
    place: 'format',
    got: model,
    hint: `take ${instead}`,
  });
}
