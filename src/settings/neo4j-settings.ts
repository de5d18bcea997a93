import { readEnvironment } from './environment.js';
import { parseSettings } from './parse-settings.js';
import { Setting } from './setting.js';

/**
 * Where the Neo4j server is and how patient we are with it. Given by `MEDGRAFT_NEO4J_URI`, `MEDGRAFT_NEO4J_USER`, ...: never
 * by a job's settings, so that nobody who may start jobs can point them, or the password, at another machine.
 */
export class Neo4jSettings {
  @Setting({
    meaning: 'Address of the Neo4j server, for example bolt://localhost:7687 or neo4j+s://host.',
    type: 'string',
    optional: true,
    freeText: true,
  })
  uri?: string;

  @Setting({ meaning: 'User of the Neo4j server.', type: 'string', freeText: true })
  user = 'neo4j';

  @Setting({ meaning: 'Password of that user.', type: 'string', optional: true, secret: true, freeText: true })
  password?: string;

  @Setting({
    meaning: 'Database on the server; not set: that of the user (community has one, neo4j).',
    type: 'string',
    optional: true,
    freeText: true,
  })
  database?: string;

  @Setting({ meaning: 'Seconds until a connection has to be there.', type: 'integer', minimum: 1, maximum: 3600 })
  connectionTimeout = 10;

  @Setting({
    meaning: 'Seconds during which a transaction that fails for a passing reason is tried again.',
    type: 'integer',
    minimum: 0,
    maximum: 3600,
  })
  retryTime = 30;

  @Setting({
    meaning: 'Seconds after which the server ends a transaction.',
    type: 'integer',
    minimum: 1,
    maximum: 86_400,
  })
  transactionTimeout = 600;

  @Setting({ meaning: 'Connections that are kept open, at most.', type: 'integer', minimum: 1, maximum: 1000 })
  poolSize = 16;
}

/** The settings that the environment gives. @throws MedgraftError `settings.invalid` */
export function neo4jSettings({ neo4j } = readEnvironment()): Neo4jSettings {
  return parseSettings(Neo4jSettings, neo4j, 'environment', true);
}
