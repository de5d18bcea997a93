/** Looks through the finished splits: statistics for the manifest and, where asked for, the tables that MeDAL publishes. */
import { join } from 'node:path';
import type { StageFigures } from '../../runs/stage.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { SPLITS } from './sample-layout.js';
import { SampleSplit } from './sample-split.store.js';
import { countClasses, setStatistics, splitStatistics } from './sample-statistics.js';
import { writeTable } from './write-table.store.js';

export interface DescribeOptions {
  /** The folder for the tables; not given: none are written. */
  readonly tables?: string;
  readonly withOriginal: boolean;
}

/** @param folder has the folders of the splits */
export async function describeSamples(
  folder: string,
  inventory: SenseInventory,
  { tables, withOriginal }: DescribeOptions,
): Promise<StageFigures> {
  const all = new Int32Array(inventory.size);
  const figures: StageFigures = {};
  let training: Int32Array | undefined;
  for (const name of SPLITS) {
    const split = await SampleSplit.open(join(folder, name));
    try {
      const counts = countClasses(inventory, split.classes);
      for (const [sense, count] of counts.entries()) all[sense] += count;
      if (name === 'train' && split.samples > 0) training = counts;
      const statistics = splitStatistics(inventory, split, training ?? counts);
      for (const [figure, value] of Object.entries(statistics)) figures[`${name} ${figure}`] = value;
      if (tables !== undefined) await writeTable(join(tables, `${name}.csv`), split, inventory, withOriginal);
    } finally {
      split.close();
    }
  }
  return { ...setStatistics(inventory, all), ...figures };
}
