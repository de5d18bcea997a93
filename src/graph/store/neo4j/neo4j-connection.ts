/**
 * A connection to a Neo4j server: named statements with parameters, each in a transaction of its own that is tried again
 * after passing failures, so a statement that writes has to be idempotent. Rows come as plain arrays; integers are
 * numbers (those we write are below 2^53).
 */
import neo4j, { type Driver, isRetryableError, type Neo4jError, type RoutingControl } from 'neo4j-driver';
import { MedgraftError } from '../../../base/errors.js';
import type { Neo4jSettings } from '../../../settings/neo4j-settings.js';
import { neo4jError } from './neo4j-errors.js';
import { withRetries } from './retry.js';
import { checkServerVersion } from './server-version.js';
import { type StatementName, statementText } from './statements.js';

export type Row = readonly unknown[];
export type Parameters = Readonly<Record<string, unknown>>;

export interface Neo4jConnection {
  /** For messages: the address and, where given, the database. */
  readonly place: string;
  read(statement: StatementName, parameters?: Parameters): Promise<Row[]>;
  write(statement: StatementName, parameters?: Parameters): Promise<Row[]>;
  close(): Promise<void>;
}

/** @throws MedgraftError `graph.neo4j-unset`, `graph.neo4j-unreachable`, `graph.neo4j-denied`, `graph.neo4j-version`, `graph.neo4j-address` */
export async function connectNeo4j(settings: Neo4jSettings): Promise<Neo4jConnection> {
  const { uri, database } = settings;
  if (uri === undefined) throw unset();
  // An address may hold a password, although the driver does not take it from there.
  const server = uri.replace(/\/\/[^/@]*@/, '//***@');
  const place = database === undefined ? server : `${server} ${database}`;
  const driver = openDriver(uri, settings);
  const retry = {
    limit: settings.retryTime * 1000,
    isPassing: (error: unknown) => error instanceof Error && isRetryableError(error as Neo4jError),
  };
  const guarded = async <T>(attempt: () => Promise<T>): Promise<T> => {
    try {
      return await withRetries(attempt, retry);
    } catch (error) {
      throw neo4jError(error, place);
    }
  };
  const run = (routing: RoutingControl, statement: StatementName, parameters: Parameters) =>
    guarded(() => runManaged(driver, { ...settings, routing }, statementText(statement), parameters));
  try {
    const { agent = '' } = await driver.getServerInfo({ database }).catch((error) => {
      throw neo4jError(error, place);
    });
    checkServerVersion(agent, place);
    // The server looks for the database only when it is asked something.
    await run('READ', 'schema/read-version', {});
  } catch (error) {
    await driver.close();
    throw error;
  }
  return {
    place,
    read: (statement, parameters = {}) => run('READ', statement, parameters),
    write: (statement, parameters = {}) => run('WRITE', statement, parameters),
    close: () => driver.close(),
  };
}

function openDriver(uri: string, { user, password, connectionTimeout, poolSize }: Neo4jSettings): Driver {
  const authentication = password === undefined ? undefined : neo4j.auth.basic(user, password);
  try {
    return neo4j.driver(uri, authentication, {
      disableLosslessIntegers: true,
      connectionTimeout: connectionTimeout * 1000,
      connectionAcquisitionTimeout: 2 * connectionTimeout * 1000,
      maxConnectionPoolSize: poolSize,
      telemetryDisabled: true,
      notificationFilter: { minimumSeverityLevel: 'OFF' },
    });
  } catch (cause) {
    throw new MedgraftError('input', 'graph.neo4j-address', 'this is no address of a Neo4j server', {
      place: 'MEDGRAFT_NEO4J_URI',
      expected: 'bolt://host:7687, neo4j://host:7687, or with +s for TLS',
      cause,
    });
  }
}

interface RunSettings extends Pick<Neo4jSettings, 'database' | 'transactionTimeout'> {
  routing: RoutingControl;
}

async function runManaged(
  driver: Driver,
  { routing, database, transactionTimeout }: RunSettings,
  text: string,
  parameters: Parameters,
): Promise<Row[]> {
  const session = driver.session({
    database,
    defaultAccessMode: routing === 'READ' ? neo4j.session.READ : neo4j.session.WRITE,
    // What one connection of the driver wrote, the next one reads.
    bookmarkManager: driver.executeQueryBookmarkManager,
  });
  try {
    // Not awaited: BEGIN travels with the statement. The driver's own managed transactions wait a second before they try again.
    const transaction = session.beginTransaction({ timeout: transactionTimeout * 1000 });
    const { records } = await transaction.run(text, parameters);
    await transaction.commit();
    return records.map((record) => [...record.values()]);
  } finally {
    // Rolls back what is open; a connection that broke has nothing to tell any more.
    await session.close().catch(() => undefined);
  }
}

function unset(): MedgraftError {
  return new MedgraftError('input', 'graph.neo4j-unset', 'no Neo4j server is given', {
    place: 'MEDGRAFT_NEO4J_URI',
    expected: 'an address such as bolt://localhost:7687',
    hint: 'set MEDGRAFT_NEO4J_URI, MEDGRAFT_NEO4J_USER and MEDGRAFT_NEO4J_PASSWORD',
  });
}
