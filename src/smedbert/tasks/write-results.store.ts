import { join } from 'node:path';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import type { StageFigures } from '../../runs/stage.js';
import { resultsCsv, resultsMarkdown, type TaskResults } from './results-table.js';

/** `results.json`, and the same as a table in `results.md` and `results.csv`. */
export async function writeResults(folder: string, results: TaskResults): Promise<void> {
  await writeFileAtomically(join(folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, 'results.md'), resultsMarkdown(results));
  await writeFileAtomically(join(folder, 'results.csv'), resultsCsv(results));
}

/** For the manifest: mean and deviation of each figure of the table. */
export function resultFigures({ summary, best, figures }: TaskResults): StageFigures {
  const flat = Object.entries(summary).flatMap(([set, values]) =>
    figures.flatMap((figure): [string, number][] => [
      [`${set}.${figure}.mean`, values[figure].mean],
      [`${set}.${figure}.deviation`, values[figure].deviation],
    ]),
  );
  return { ...(best !== undefined && { bestSeed: best }), ...Object.fromEntries(flat) };
}
