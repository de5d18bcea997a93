/** Plain head, relation, tail rows: an entity is created where its name appears first. */
import { readDelimited } from '../../formats/delimited.js';
import type { TripleColumn, TriplesMapping } from './mapping.js';
import { NewEnds } from './new-ends.js';
import { tripleFrom } from './read-tables.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

/** @param resolve from a file as the mapping names it to its path */
export async function* readTriples(
  mapping: TriplesMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow> {
  const ends = new NewEnds(mapping.type);
  for (const { file: named, delimiter, header, order } of mapping.files) {
    const file = resolve(named);
    let rows = 0;
    for await (const { line, fields, problem } of readDelimited(file, { delimiter, columns: order.length })) {
      if (++rows === 1 && header) continue;
      if (problem !== undefined) {
        yield rowError({ file, line }, 'graph.row-malformed', problem);
        continue;
      }
      const row = tripleFrom({ file, line }, textsOf(fields, order));
      if (row.kind === 'triple') yield* ends.of(row.triple, { file, line });
      yield row;
    }
    if (rows <= Number(header)) throw emptyFile(file);
  }
}

function textsOf(fields: readonly string[], order: readonly TripleColumn[]): Record<TripleColumn, string> {
  const texts = { head: '', relation: '', tail: '', weight: '' };
  for (const [position, column] of order.entries()) texts[column] = cleanText(fields[position]);
  return texts;
}
