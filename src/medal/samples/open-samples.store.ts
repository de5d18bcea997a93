/** Opens what `medal.prepare` made: the inventory whose rows are the classes, and the splits. */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { assertIntact } from '../../runs/assert-intact.js';
import { readInventory } from '../inventory/read-inventory.store.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { SAMPLE_FILES, type SplitName } from './sample-layout.js';
import { SampleSplit } from './sample-split.store.js';

export const INVENTORY_FILE = 'inventory.tsv';

export interface SampleSet {
  readonly inventory: SenseInventory;
  /** @throws MedgraftError `medal.samples`, also where the split is of another inventory; `artefact.altered` */
  split(name: SplitName): Promise<SampleSplit>;
}

/**
 * @param folder of the result, or a copy of it
 * @throws MedgraftError `artefact.altered`, and as `readInventory`
 */
export async function openSampleSet(folder: string): Promise<SampleSet> {
  await assertIntact(folder, [INVENTORY_FILE]);
  const inventory = await readInventory(join(folder, INVENTORY_FILE));
  return { inventory, split: (name) => openSplit(folder, name, inventory.size) };
}

async function openSplit(folder: string, name: SplitName, classes: number): Promise<SampleSplit> {
  const place = join(folder, name);
  await assertIntact(folder, [`${name}/${SAMPLE_FILES.index}`]);
  const split = await SampleSplit.open(place);
  if (split.classCount === classes) return split;
  split.close();
  throw new MedgraftError('conflict', 'medal.samples', 'the samples belong to another inventory', {
    place,
    expected: `${classes} classes`,
    got: `${split.classCount} classes`,
    hint: 'run medal prepare again',
  });
}
