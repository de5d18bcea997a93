/** Plain head, relation, tail rows: an entity is created where its name appears first. */
import { type DelimitedRecord, readDelimitedBlocks } from '../../formats/delimited.js';
import { unescapeFormula } from '../../formats/spreadsheet-cell.js';
import type { TripleColumn, TriplesMapping } from './mapping.js';
import { NewEnds } from './new-ends.js';
import { tripleFrom } from './read-tables.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

/** @param resolve from a file as the mapping names it to its path */
export async function* readTriples(
  mapping: TriplesMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow[]> {
  const ends = new NewEnds(mapping.type);
  for (const table of mapping.files) {
    const file = resolve(table.file);
    const { delimiter, header, order } = table;
    let records = 0;
    for await (const block of readDelimitedBlocks(file, { delimiter, columns: order.length })) {
      const isFirst = records === 0 && block.length > 0;
      records += block.length;
      yield rowsOf(isFirst && header ? block.slice(1) : block, file, table, ends);
    }
    if (records <= Number(header)) throw emptyFile(file);
  }
}

function rowsOf(
  records: readonly DelimitedRecord[],
  file: string,
  { order, escapedFormulas }: TriplesMapping['files'][number],
  ends: NewEnds,
): SourceRow[] {
  const rows: SourceRow[] = [];
  for (const { line, fields, problem } of records) {
    const place = { file, line };
    if (problem !== undefined) {
      rows.push(rowError(place, 'graph.row-malformed', problem));
      continue;
    }
    const row = tripleFrom(place, textsOf(escapedFormulas ? fields.map(unescapeFormula) : fields, order));
    if (row.kind === 'triple') rows.push(...ends.of(row.triple, place));
    rows.push(row);
  }
  return rows;
}

function textsOf(fields: readonly string[], order: readonly TripleColumn[]): Record<TripleColumn, string> {
  const texts = { head: '', relation: '', tail: '', weight: '' };
  for (let i = 0; i < order.length; i++) texts[order[i]] = cleanText(fields[i]);
  return texts;
}
