import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../../src/base/errors.js';
import { connectNeo4j } from '../../src/graph/store/neo4j/neo4j-connection.js';
import type { Neo4jSettings } from '../../src/settings/neo4j-settings.js';
import { testSettings } from '../support/neo4j.js';

async function refusal(change: Partial<Neo4jSettings>): Promise<MedgraftError> {
  const attempt = connectNeo4j(testSettings({ retryTime: 0, connectionTimeout: 5, ...change }));
  const error = await attempt.then(
    (connection) => connection.close(),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MedgraftError);
  return error as unknown as MedgraftError;
}

describe('connectNeo4j', () => {
  it.each<[string, string, Partial<Neo4jSettings>]>([
    ['no server', 'graph.neo4j-unset', { uri: undefined }],
    ['no address', 'graph.neo4j-address', { uri: 'http://localhost' }],
    ['nobody there', 'graph.neo4j-unreachable', { uri: 'bolt://127.0.0.1:1' }],
    ['a wrong password', 'graph.neo4j-denied', { password: 'canary-7f3a' }],
    ['no password', 'graph.neo4j-denied', { password: undefined }],
    ['no such database', 'graph.neo4j-database', { database: 'elsewhere' }],
  ])('says what is wrong: %s', async (_, code, change) => {
    const error = await refusal(change);
    expect(error.code).toBe(code);
    expect(error.details.hint ?? error.details.expected).toBeTruthy();
    expect(error.describe()).not.toContain('canary-7f3a');
  });

  it('shows no password that stands in the address', async () => {
    const error = await refusal({ uri: 'bolt://neo4j:canary-7f3a@127.0.0.1:1' });
    expect(error.describe()).not.toContain('canary-7f3a');
  });
});
