/** Any source by its mapping, as one stream of rows. */
import type { Mapping } from './mapping.js';
import { readTables } from './read-tables.js';
import { readTriples } from './read-triples.js';
import { readTurtle } from './read-turtle.js';
import type { SourceRow } from './source-row.js';

/**
 * @param located from a file as the mapping names it to its path (locateFiles)
 * @throws MedgraftError `graph.missing-column`, `graph.empty-file`, `graph.turtle`, `formats.encoding` and others of files
 */
export function readSource(mapping: Mapping, located: ReadonlyMap<string, string>): AsyncGenerator<SourceRow> {
  const resolve = (file: string) => located.get(file)!;
  if (mapping.format === 'table') return readTables(mapping, resolve);
  return mapping.format === 'triples' ? readTriples(mapping, resolve) : readTurtle(mapping, resolve);
}
