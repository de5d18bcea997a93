/**
 * The Cypher statements: the files of `cypher/`, by their paths. A file is a comment and one statement; nothing is ever put
 * into its text, values go beside it as parameters, and labels and types by Neo4j's dynamic `$(...)`.
 */
import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../cypher/', import.meta.url);

const NAMES = [
  'schema/schema-id',
  'schema/entity-uid',
  'schema/entity-key',
  'schema/graph-number',
  'schema/graph-content',
  'schema/lane-id',
  'schema/await-indexes',
  'schema/read-version',
  'schema/write-version',
  'import/begin-graph',
  'import/write-entities',
  'import/write-edges',
  'import/write-bare-edges',
  'import/read-lane',
  'import/finish-graph',
  'import/find-replaced',
  'import/mark-replaced',
  'import/last-entity',
  'import/delete-edges',
  'import/delete-entities',
  'import/delete-graph',
  'rank/write-ranks',
  'rank/finish-ranks',
  'read/graph',
  'read/graph-names',
  'read/still-there',
  'read/count-entities',
  'read/count-edges',
  'read/entity',
  'read/neighbours-out',
  'read/neighbours-in',
  'read/entity-block',
  'read/key-block',
  'read/edge-block',
] as const;

export type StatementName = (typeof NAMES)[number];

const TEXTS: ReadonlyMap<StatementName, string> = new Map(NAMES.map((name) => [name, read(name)]));

export function statementText(name: StatementName): string {
  return TEXTS.get(name)!;
}

/** The text below the file's comment. */
function read(name: StatementName): string {
  const lines = readFileSync(new URL(`${name}.cypher`, FOLDER), 'utf8').split('\n');
  return lines
    .slice(lines.findIndex((line) => !line.startsWith('//')))
    .join('\n')
    .trim();
}
