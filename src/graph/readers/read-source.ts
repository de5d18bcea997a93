/** Any source by its mapping, as one stream of rows. */
import type { Mapping } from './mapping.js';
import { normalisedRows } from './normalise-text.js';
import { readGraphLines } from './read-graph-lines.js';
import { readNeo4j } from './read-neo4j.js';
import { readNumberedTripleFiles } from './read-numbered-triples.js';
import { readOboTerms } from './read-obo.js';
import { readRecords } from './read-records.js';
import { readReference } from './read-reference.js';
import { readTables } from './read-tables.js';
import { readTriples } from './read-triples.js';
import { readTurtle } from './read-turtle.js';
import type { SourceRow } from './source-row.js';

/**
 * @param located from a file as the mapping names it to its path (locateFiles)
 * @throws MedgraftError `graph.missing-column`, `graph.empty-file`, `graph.turtle`, `formats.encoding` and others of files
 */
export function readSource(mapping: Mapping, located: ReadonlyMap<string, string>): AsyncGenerator<SourceRow[]> {
  const rows = readRows(mapping, located);
  const { unicode, widths, splitAliases } = mapping.normalise;
  const isPlain = unicode === 'none' && widths === 'keep' && splitAliases === '';
  return isPlain ? rows : normalisedRows(rows, mapping.normalise);
}

function readRows(mapping: Mapping, located: ReadonlyMap<string, string>): AsyncGenerator<SourceRow[]> {
  const resolve = (file: string) => located.get(file)!;
  switch (mapping.format) {
    case 'table':
    case 'parquet':
      return inBlocks(readTables(mapping, resolve));
    case 'triples':
      return readTriples(mapping, resolve);
    case 'numbered-triples':
      return inBlocks(readNumberedTripleFiles(mapping, resolve));
    case 'turtle':
    case 'n-triples':
      return inBlocks(readTurtle(mapping, resolve));
    case 'neo4j':
      return inBlocks(readNeo4j(mapping, resolve));
    case 'jsonl':
      return inBlocks(readGraphLines(mapping, resolve));
    case 'records':
      return readRecords(mapping, resolve);
    case 'obo':
      return readOboTerms(mapping, resolve);
    case 'reference':
      return readReference(mapping, resolve);
  }
}

/** Rows a block: enough that what waits between blocks costs nothing. */
const BLOCK_ROWS = 1000;

async function* inBlocks(rows: AsyncIterable<SourceRow>): AsyncGenerator<SourceRow[]> {
  let block: SourceRow[] = [];
  for await (const row of rows) {
    block.push(row);
    if (block.length < BLOCK_ROWS) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
