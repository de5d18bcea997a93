/**
 * The published tables, one for each split, to the splits of a sample set. A split that an earlier attempt finished is taken
 * as it is; one that it did not is read again from its start.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../base/errors.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import type { StageEvent } from '../../runs/stage.js';
import { CorpusProblems, type FoundProblems } from '../../text/corpus-problems.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { importTable, type TableCounts } from './import-table.store.js';
import { SAMPLE_FILES, SPLITS, type SplitName } from './sample-layout.js';
import { SampleSplitWriter } from './sample-split-writer.store.js';

export interface TablesTask {
  /** A split without a table is empty. */
  readonly tables: Readonly<Record<SplitName, string | undefined>>;
  readonly inventory: SenseInventory;
  readonly shardBytes: number;
  readonly maximumErrors: number | undefined;
  readonly errorsListed: number;
  readonly signal: AbortSignal;
}

interface Finished {
  readonly counts: TableCounts;
  readonly problems: FoundProblems;
}

/** @param folder of an earlier attempt, or empty; afterwards it has a folder for each split */
export async function* importTables(
  folder: string,
  task: TablesTask,
): AsyncGenerator<StageEvent, { counts: TableCounts; problems: CorpusProblems }> {
  const total: TableCounts = { rows: 0, otherAbbreviations: 0 };
  let problems = new CorpusProblems(task.maximumErrors, task.errorsListed);
  for (const split of SPLITS) {
    const table = task.tables[split];
    if (table === undefined) await writeNothing(join(folder, split), task.inventory);
    else {
      const earlier = await readFinished(folder, split);
      if (earlier) problems = new CorpusProblems(task.maximumErrors, task.errorsListed, earlier.problems);
      const counts = earlier?.counts ?? (yield* importSplit(folder, split, table, task, problems));
      total.rows += counts.rows;
      total.otherAbbreviations += counts.otherAbbreviations;
    }
  }
  return { counts: total, problems };
}

async function* importSplit(
  folder: string,
  split: SplitName,
  table: string,
  { inventory, shardBytes, signal }: TablesTask,
  problems: CorpusProblems,
): AsyncGenerator<StageEvent, TableCounts> {
  const steps = importTable(table, join(folder, split), { inventory, shardBytes, problems });
  try {
    for (;;) {
      const { done, value } = await steps.next();
      if (done) {
        await writeFinished(folder, split, { counts: value, problems: problems.found() });
        return value;
      }
      yield { kind: 'progress', phase: split, done: value, unit: 'rows' };
      throwIfCancelled(signal);
    }
  } finally {
    await steps.return({ rows: 0, otherAbbreviations: 0 });
  }
}

async function writeNothing(folder: string, inventory: SenseInventory): Promise<void> {
  await new SampleSplitWriter(folder, { classes: inventory.size }).finish();
}

function finishedFile(folder: string, split: SplitName): string {
  return join(folder, `${split}.json`);
}

function writeFinished(folder: string, split: SplitName, finished: Finished): Promise<void> {
  return writeFileAtomically(finishedFile(folder, split), JSON.stringify(finished));
}

async function readFinished(folder: string, split: SplitName): Promise<Finished | undefined> {
  const path = finishedFile(folder, split);
  const isThere = existsSync(path) && existsSync(join(folder, split, SAMPLE_FILES.index));
  return isThere ? (JSON.parse(await readFile(path, 'utf8')) as Finished) : undefined;
}
