/**
 * Brings a database to the schema that we write: numbered migrations, each done once and recorded, all of them safe to be
 * begun again. Constraints come before any data.
 */
import { MedgraftError } from '../../../base/errors.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import type { StatementName } from './statements.js';

const MIGRATIONS: readonly (readonly StatementName[])[] = [
  [
    'schema/schema-id',
    'schema/entity-uid',
    'schema/entity-key',
    'schema/graph-number',
    'schema/graph-content',
    'schema/lane-id',
    'schema/await-indexes',
  ],
];

/** @throws MedgraftError `graph.neo4j-schema` when a newer MedGraft has been here */
export async function migrateSchema(connection: Neo4jConnection): Promise<void> {
  const [row] = await connection.read('schema/read-version');
  const version = Number(row?.[0] ?? 0);
  if (version > MIGRATIONS.length) throw newer(connection.place, version);
  for (let next = version; next < MIGRATIONS.length; next++) {
    for (const statement of MIGRATIONS[next]) await connection.write(statement);
    await connection.write('schema/write-version', { version: next + 1 });
  }
}

function newer(place: string, version: number): MedgraftError {
  return new MedgraftError('conflict', 'graph.neo4j-schema', 'the database was written by a newer MedGraft', {
    place,
    expected: `schema ${MIGRATIONS.length} or older`,
    got: `schema ${version}`,
    hint: 'use that version of MedGraft',
  });
}
