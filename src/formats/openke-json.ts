/**
 * Embeddings as OpenKE saves them with `save_parameters`, and as SMedBERT reads them: one JSON object with
 * `ent_embeddings.weight` (N x d), `rel_embeddings.weight` (R x d') and, for TransR, `transfer_matrix.weight`
 * (R x d*d', each row a matrix of d rows, row-major); other models have other parameters. Both directions stream.
 */
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from './byte-sink.js';
import { float32Text } from './float32-text.js';
import { JsonMatrixScanner } from './json-matrices.js';
import { assertFilled, type Matrix, type MatrixRows, partsOf } from './matrix.js';
import { readText } from './text-chunks.js';

export interface OpenkeEmbeddings {
  readonly entities: Matrix;
  readonly relations: Matrix;
  /** TransR: a row a relation. */
  readonly transfer?: Matrix;
}

/** As it is written: tables may come in parts. */
export interface OpenkeContent {
  readonly entities: MatrixRows;
  readonly relations: MatrixRows;
  readonly transfer?: MatrixRows;
}

const ENTITIES = 'ent_embeddings.weight';
const RELATIONS = 'rel_embeddings.weight';
const TRANSFER = 'transfer_matrix.weight';

/** @throws RangeError when a matrix is not filled or holds a number that is not finite */
export async function writeOpenkeJson(sink: ByteSink, { entities, relations, transfer }: OpenkeContent): Promise<void> {
  const matrices = new Map<string, MatrixRows>([
    [ENTITIES, entities],
    [RELATIONS, relations],
  ]);
  if (transfer) matrices.set(TRANSFER, transfer);
  await writeOpenkeParameters(sink, matrices);
}

/** Parameters of any model by OpenKE's names. @throws RangeError as `writeOpenkeJson` */
export async function writeOpenkeParameters(sink: ByteSink, matrices: ReadonlyMap<string, MatrixRows>): Promise<void> {
  await writeText(sink, '{');
  for (const [index, [name, matrix]] of [...matrices].entries()) {
    await writeText(sink, `${index === 0 ? '' : ', '}${JSON.stringify(name)}: `);
    await writeMatrix(sink, name, matrix);
  }
  await writeText(sink, '}');
}

/**
 * Other keys (`zero_const`, `pi_const`) are read over.
 * @throws MedgraftError `formats.openke` when the shapes do not fit each other, `formats.json-matrices`, and as `readText`
 */
export async function readOpenkeJson(path: string): Promise<OpenkeEmbeddings> {
  const matrices = await readOpenkeParameters(path);
  const entities = required(matrices, ENTITIES, path);
  const relations = required(matrices, RELATIONS, path);
  const transfer = matrices.get(TRANSFER);
  if (!transfer) return { entities, relations };
  const columns = entities.columns * relations.columns;
  if (transfer.rows === relations.rows && transfer.columns === columns) return { entities, relations, transfer };
  throw new MedgraftError('input', 'formats.openke', `${TRANSFER} does not fit the embeddings`, {
    place: path,
    expected: `${relations.rows} x ${columns}`,
    got: `${transfer.rows} x ${transfer.columns}`,
  });
}

/** All parameters by OpenKE's names. @throws MedgraftError `formats.json-matrices`, and as `readText` */
export async function readOpenkeParameters(path: string): Promise<ReadonlyMap<string, Matrix>> {
  const scanner = new JsonMatrixScanner(path);
  for await (const piece of readText(path)) scanner.push(piece);
  return scanner.finish();
}

function required(matrices: ReadonlyMap<string, Matrix>, name: string, place: string): Matrix {
  const matrix = matrices.get(name);
  if (matrix) return matrix;
  const got = [...matrices.keys()].join(', ') || 'no matrix';
  throw new MedgraftError('input', 'formats.openke', `${name} is missing`, { place, expected: name, got });
}

async function writeMatrix(sink: ByteSink, name: string, matrix: MatrixRows): Promise<void> {
  assertFilled(name, matrix);
  const { rows, columns, values } = matrix;
  await writeText(sink, '[');
  let row = 0;
  for (const part of partsOf(values)) {
    for (let from = 0; from < part.length; from += columns, row++) {
      await writeText(sink, `${row === 0 ? '' : ', '}${rowText(part.subarray(from, from + columns), name, row)}`);
    }
  }
  if (row !== rows) throw new RangeError(`${name}: ${row} rows for ${rows} x ${columns}`);
  await writeText(sink, ']');
}

function rowText(values: Float32Array, name: string, row: number): string {
  const texts: string[] = [];
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`${name}, row ${row}: ${value} is not finite`);
    texts.push(float32Text(value));
  }
  return `[${texts.join(', ')}]`;
}

function writeText(sink: ByteSink, text: string): Promise<void> {
  return sink.write(Buffer.from(text, 'latin1'));
}
