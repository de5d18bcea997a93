/**
 * Vectors by name, whoever trained them: what every file of vectors is read into and written from. Rows are entities or
 * relations in the order of the names; a row of `projection` is a whole matrix here.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Matrix } from '../../formats/matrix.js';
import { EMBEDDING_MODELS, type EmbeddingModelName } from '../create-embedding.js';
import { isOfEntities, TABLE_NAMES, type TableName } from '../embedding-model.js';

export interface NamedVectors {
  /** File or folder, for messages. */
  readonly place: string;
  /** Where the files say it. */
  readonly model?: EmbeddingModelName;
  /** Of distances, where the files say it. */
  readonly norm?: 1 | 2;
  readonly entityNames: readonly string[];
  /** Of the graph's own relations; none where the files hold entities only. */
  readonly relationNames: readonly string[];
  /** Tables of relations have a second half: the reciprocal ones. */
  readonly reciprocal: boolean;
  /** Row 0 of the entities' file was padding, and has been taken off. */
  readonly hasPadding?: boolean;
  readonly tables: VectorTables;
}

export type VectorTables = { readonly entity: Matrix } & { readonly [name in TableName]?: Matrix };

/** `TransE_l2`, `TransR`, `ComplEx`, as DGL-KE, OpenKE and PyKEEN call them. */
export function modelCalled(name: string): Pick<NamedVectors, 'model' | 'norm'> {
  const [stem, norm] = name.toLowerCase().split('_l');
  const model = EMBEDDING_MODELS.find((known) => known === stem);
  return { model, norm: norm === '1' ? 1 : norm === '2' ? 2 : undefined };
}

/**
 * Puts names to tables as they were read; relations with twice as many rows as names have reciprocal ones.
 * @throws MedgraftError `embedding.names`, `embedding.not-finite` naming the row
 */
export function nameVectors(vectors: Omit<NamedVectors, 'reciprocal'>): NamedVectors {
  const { place, entityNames, relationNames, tables } = vectors;
  const rows = tables.relation?.rows ?? 0;
  const reciprocal = relationNames.length > 0 && rows === 2 * relationNames.length;
  const times = reciprocal ? 2 : 1;
  for (const table of TABLE_NAMES) {
    const matrix = tables[table];
    if (matrix === undefined) continue;
    const names = isOfEntities(table) ? entityNames : relationNames;
    const wanted = isOfEntities(table) ? names.length : names.length * times;
    if (matrix.rows !== wanted) throw unnamedRows(place, table, matrix.rows, names.length);
    assertFinite(place, table, matrix, names);
  }
  return { ...vectors, reciprocal };
}

function assertFinite(place: string, table: TableName, { columns, values }: Matrix, names: readonly string[]): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const row = Math.floor(bad / columns);
  throw new MedgraftError('input', 'embedding.not-finite', 'a vector holds something that is no number', {
    place,
    expected: 'finite numbers',
    got: `${values[bad]} in row ${row} of ${table}, that of ${JSON.stringify(names[row % names.length])}`,
    hint: 'the training that wrote it diverged: take an earlier state of it, or train again',
  });
}

function unnamedRows(place: string, table: TableName, rows: number, names: number): MedgraftError {
  return new MedgraftError('input', 'embedding.names', 'there are not as many names as vectors', {
    place,
    expected: `${rows} names, for the rows of ${table}`,
    got: String(names),
    hint: 'take the lists of names that the vectors were trained with',
  });
}
