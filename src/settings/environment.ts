import { resolve } from 'node:path';

/** What the process environment may say. This is the only file that reads it. */
export interface Environment {
  /** `MEDGRAFT_HOME`: the workspace folder. */
  readonly home: string;
  /** `MEDGRAFT_THREADS`: threads of numeric engines; default: all processors. */
  readonly threads: number | undefined;
  /** `MEDGRAFT_BENCH_PYTHON`: a Python that has the bench peers installed. */
  readonly benchPython: string | undefined;
  /** `NO_COLOR` is set. */
  readonly noColor: boolean;
}

export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const threads = Number(source['MEDGRAFT_THREADS']);
  return {
    home: resolve(source['MEDGRAFT_HOME'] ?? '.medgraft'),
    threads: Number.isInteger(threads) && threads > 0 ? threads : undefined,
    benchPython: source['MEDGRAFT_BENCH_PYTHON'] || undefined,
    noColor: source['NO_COLOR'] !== undefined,
  };
}
