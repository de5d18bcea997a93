import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './durable-file-system.js';

const PATIENCE_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 20;

/**
 * Runs a short transaction, again while another process holds the file: SQLite's own waiting would stop the whole thread,
 * and with it every answer of the service.
 * @throws what `work` throws; SQLITE_BUSY after a minute
 */
export async function patiently<T>(work: () => T): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() - start > PATIENCE_MILLISECONDS) throw error;
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

function isBusy(error: unknown): boolean {
  return systemCode(error)?.startsWith('SQLITE_BUSY') === true;
}
