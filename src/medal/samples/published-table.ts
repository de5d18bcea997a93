/**
 * Rows of the published tables of MeDAL, `ABSTRACT_ID,TEXT,LOCATION,LABEL`: a location counts the words between white space,
 * a label is an expansion. Other columns, such as the row numbers that pandas writes, are passed over.
 */
import { MedgraftError } from '../../base/errors.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';

export const TABLE_COLUMNS = ['ABSTRACT_ID', 'TEXT', 'LOCATION', 'LABEL'] as const;
type TableColumn = (typeof TABLE_COLUMNS)[number];
export type ColumnPlaces = Readonly<Record<TableColumn, number>>;

export interface TableSample {
  readonly id: string;
  /** Words parted by single spaces. */
  readonly text: string;
  readonly location: number;
  readonly class: number;
  /** The word at the location is the abbreviation that the label has in the inventory. */
  readonly isAbbreviation: boolean;
}

/** Why a row is no sample. */
export interface RowRefusal {
  readonly code: 'medal.row-location' | 'medal.row-label';
  readonly reason: string;
}

/** @param place of the header @throws MedgraftError `medal.table-header` */
export function columnsOfTable(place: string, header: readonly string[]): ColumnPlaces {
  const names = header.map((name) => name.trim());
  const missing = TABLE_COLUMNS.filter((column) => !names.includes(column));
  if (missing.length === 0) {
    return Object.fromEntries(
      TABLE_COLUMNS.map((column) => [column, names.indexOf(column)]),
    ) as unknown as ColumnPlaces;
  }
  throw new MedgraftError('input', 'medal.table-header', `the table has no column ${missing.join(', ')}`, {
    place,
    expected: TABLE_COLUMNS.join(','),
    got: header.join(',').slice(0, 120),
    hint: 'name a published table of MeDAL, or give texts as --files',
  });
}

export function readTableRow(
  cells: readonly string[],
  columns: ColumnPlaces,
  inventory: SenseInventory,
): TableSample | RowRefusal {
  const words = cells[columns.TEXT].trim().split(/\s+/);
  const shownLocation = cells[columns.LOCATION].trim();
  // pandas writes whole numbers of a column with gaps as 7.0.
  const location = /^\d+(\.0)?$/.test(shownLocation) ? Number(shownLocation) : Number.NaN;
  if (!(location < words.length) || words[0] === '') {
    return { code: 'medal.row-location', reason: `LOCATION ${shownLocation.slice(0, 20)} is outside the text` };
  }
  const label = cells[columns.LABEL].trim().replace(/\s+/g, ' ');
  const word = words[location];
  const known = inventory.classOf(label, word);
  if (known === undefined) return { code: 'medal.row-label', reason: `the inventory has no ${label.slice(0, 80)}` };
  const isAbbreviation = inventory.senses[known].abbreviation === word;
  return { id: cells[columns.ABSTRACT_ID].trim(), text: words.join(' '), location, class: known, isAbbreviation };
}
