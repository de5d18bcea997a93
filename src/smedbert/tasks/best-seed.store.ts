import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskResults } from './results-table.js';

/** Of a fine-tuning: what holds its best seed. */
export const RESULTS_FILE = 'results.json';

/** The folder of the seed that is best on dev, of a run of `smedbert.finetune`; any other folder as it is. */
export function bestSeedFolder(folder: string): string {
  const results = join(folder, RESULTS_FILE);
  if (!existsSync(results)) return folder;
  const { best } = JSON.parse(readFileSync(results, 'utf8')) as TaskResults;
  return join(folder, `seed-${best}`);
}
