import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { readEnvironment } from './environment.js';
import { neo4jSettings } from './neo4j-settings.js';

describe('neo4jSettings', () => {
  it('come from the environment', () => {
    const variables = {
      MEDGRAFT_NEO4J_URI: 'bolt://there:7687',
      MEDGRAFT_NEO4J_PASSWORD: 'open sesame',
      MEDGRAFT_NEO4J_DATABASE: 'medical',
      MEDGRAFT_NEO4J_RETRY_TIME: '5',
    };
    expect(neo4jSettings(readEnvironment(variables))).toMatchObject({
      uri: 'bolt://there:7687',
      user: 'neo4j',
      password: 'open sesame',
      database: 'medical',
      retryTime: 5,
      connectionTimeout: 10,
    });
    expect(neo4jSettings(readEnvironment({})).uri).toBeUndefined();
  });

  it('are checked', () => {
    const wrong = () => neo4jSettings(readEnvironment({ MEDGRAFT_NEO4J_POOL_SIZE: 'many' }));
    expect(wrong).toThrow(MedgraftError);
    expect(wrong).toThrow(/^poolSize: /);
  });
});
