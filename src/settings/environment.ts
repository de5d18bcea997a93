import { resolve } from 'node:path';

/** What the process environment may say. This is the only file that reads it. */
export interface Environment {
  /** `MEDGRAFT_HOME`: the workspace folder. */
  readonly home: string;
  /** `MEDGRAFT_THREADS`: threads of numeric engines; default: all processors. */
  readonly threads: number | undefined;
  /** `MEDGRAFT_BENCH_PYTHON`: a Python that has the bench peers installed. */
  readonly benchPython: string | undefined;
  /** `MEDGRAFT_BENCH_HUB`: a folder where benches keep their graph with a hub, to make it once. */
  readonly benchHub?: string;
  /** `NO_COLOR` is set. */
  readonly noColor: boolean;
  /** `MEDGRAFT_HOST`, `MEDGRAFT_PORT`, ...: settings of the service as typed, by their names (service-settings.ts). */
  readonly service: Readonly<Record<string, string>>;
  /** `MEDGRAFT_NEO4J_URI`, `MEDGRAFT_NEO4J_PASSWORD`, ...: settings of the connection as typed, by their names. */
  readonly neo4j: Readonly<Record<string, string>>;
}

const SERVICE_VARIABLES: Readonly<Record<string, string>> = {
  MEDGRAFT_HOST: 'host',
  MEDGRAFT_PORT: 'port',
  MEDGRAFT_LOG_LEVEL: 'logLevel',
  MEDGRAFT_REQUEST_TIMEOUT: 'requestTimeout',
  MEDGRAFT_REQUESTS_PER_MINUTE: 'requestsPerMinute',
  MEDGRAFT_TRUSTED_PROXIES: 'trustedProxies',
  MEDGRAFT_DATA_ROOT: 'dataRoot',
  MEDGRAFT_UPLOAD_LIMIT: 'uploadLimit',
  MEDGRAFT_CONCURRENT_JOBS: 'concurrentJobs',
  MEDGRAFT_JOB_ATTEMPTS: 'jobAttempts',
  MEDGRAFT_JOB_BACKOFF: 'jobBackoff',
  MEDGRAFT_JOB_LEASE: 'jobLease',
  MEDGRAFT_QUEUE: 'queue',
  MEDGRAFT_REDIS_URL: 'redisUrl',
  MEDGRAFT_STOP_TIMEOUT: 'stopTimeout',
};

const NEO4J_VARIABLES: Readonly<Record<string, string>> = {
  MEDGRAFT_NEO4J_URI: 'uri',
  MEDGRAFT_NEO4J_USER: 'user',
  MEDGRAFT_NEO4J_PASSWORD: 'password',
  MEDGRAFT_NEO4J_DATABASE: 'database',
  MEDGRAFT_NEO4J_CONNECTION_TIMEOUT: 'connectionTimeout',
  MEDGRAFT_NEO4J_RETRY_TIME: 'retryTime',
  MEDGRAFT_NEO4J_TRANSACTION_TIMEOUT: 'transactionTimeout',
  MEDGRAFT_NEO4J_POOL_SIZE: 'poolSize',
};

export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const threads = Number(source['MEDGRAFT_THREADS']);
  return {
    home: resolve(source['MEDGRAFT_HOME'] || '.medgraft'),
    threads: Number.isInteger(threads) && threads > 0 ? threads : undefined,
    benchPython: source['MEDGRAFT_BENCH_PYTHON'] || undefined,
    benchHub: source['MEDGRAFT_BENCH_HUB'] || undefined,
    noColor: source['NO_COLOR'] !== undefined,
    service: given(SERVICE_VARIABLES, source),
    neo4j: given(NEO4J_VARIABLES, source),
  };
}

function given(variables: Readonly<Record<string, string>>, source: NodeJS.ProcessEnv): Record<string, string> {
  const values = Object.entries(variables).flatMap(([variable, name]) => {
    const value = source[variable];
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(values);
}
