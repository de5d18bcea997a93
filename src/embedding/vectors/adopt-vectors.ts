/**
 * Foreign vectors as the starting values of a model: rows are copied by name, whatever has no vector keeps its own starting
 * values. The widths have to be those of the model; tables that it has not are left out.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Matrix } from '../../formats/matrix.js';
import type { NameMatch } from '../../graph/match-names.js';
import type { EmbeddingShape, TableName } from '../embedding-model.js';
import { isOfEntities, TABLE_NAMES, tableSize } from '../embedding-model.js';
import type { HeldTables } from '../training/embedding-trainer.js';
import type { FixedRows } from '../training/fixed-rows.js';
import type { NamedVectors } from './named-vectors.js';

export interface KnownRows {
  readonly entities: Int32Array;
  /** Of the model: reciprocal relations come after the graph's own. */
  readonly relations: Int32Array;
}

/** Rows of the vectors by the model's ids; -1: no vector. */
export function knownRows(
  vectors: NamedVectors,
  entities: NameMatch,
  relations: NameMatch,
  modelIsReciprocal: boolean,
): KnownRows {
  if (!modelIsReciprocal) return { entities: entities.rows, relations: relations.rows };
  const count = vectors.relationNames.length;
  const second = relations.rows.map((row) => (row >= 0 && vectors.reciprocal ? row + count : -1));
  return { entities: entities.rows, relations: Int32Array.from([...relations.rows, ...second]) };
}

export function fixedRows({ entities, relations }: KnownRows): FixedRows {
  const mask = (rows: Int32Array) => Uint8Array.from(rows, (row) => (row >= 0 ? 1 : 0));
  return { entities: mask(entities), relations: mask(relations) };
}

/** Copies the known rows into tables; the widths have been checked. */
export function adoptVectors(tables: HeldTables, { tables: from }: NamedVectors, known: KnownRows): void {
  for (const table of TABLE_NAMES) {
    const [to, matrix] = [tables[table], from[table]];
    if (to === undefined || matrix === undefined) continue;
    adoptRows(to, matrix, isOfEntities(table) ? known.entities : known.relations);
  }
}

/** @param rows of the matrix, by row of the table; -1: none */
export function adoptRows(to: Float32Array, { columns, values }: Matrix, rows: Iterable<number>): void {
  let at = 0;
  for (const row of rows) {
    if (row >= 0) to.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
    at++;
  }
}

/** @throws MedgraftError `embedding.width` when a table of the vectors has another width than that of the model */
export function assertWidths(vectors: NamedVectors, shape: EmbeddingShape, tables: readonly TableName[]): void {
  for (const table of tables) {
    const matrix = vectors.tables[table];
    if (matrix === undefined || matrix.columns === widthOf(shape, table)) continue;
    const { entity, relation } = vectors.tables;
    const widths = [
      ...(vectors.model ? [`--model ${vectors.model}`] : []),
      `--dimension ${entity.columns}`,
      ...(relation && relation.columns !== entity.columns ? [`--relation-dimension ${relation.columns}`] : []),
    ];
    throw new MedgraftError('input', 'embedding.width', `the vectors have another width (${table})`, {
      place: vectors.place,
      expected: `${widthOf(shape, table)} numbers a row, as the settings say`,
      got: String(matrix.columns),
      hint: `take ${vectors.model === undefined ? 'the model that they were trained by, and ' : ''}${widths.join(' ')}`,
    });
  }
}

/** A row of `projection` is a whole matrix in foreign vectors. */
function widthOf(shape: EmbeddingShape, table: TableName): number {
  const { width } = tableSize(shape, table);
  return table === 'projection' ? shape.dimension * width : width;
}
