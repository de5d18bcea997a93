/** A split as the table that MeDAL publishes: a row a sample, `ABSTRACT_ID,TEXT,LOCATION,LABEL`, where asked for with ORIGINAL. */
import { writeFile } from '../../formats/byte-sink.js';
import { csvLine } from '../../formats/delimited-line.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { TABLE_COLUMNS } from './published-table.js';
import type { SampleSplit } from './sample-split.store.js';

export async function writeTable(
  path: string,
  split: SampleSplit,
  { senses }: SenseInventory,
  withOriginal: boolean,
): Promise<void> {
  const encoder = new TextEncoder();
  const header = withOriginal ? [...TABLE_COLUMNS, 'ORIGINAL'] : TABLE_COLUMNS;
  await writeFile(path, async (sink) => {
    await sink.write(encoder.encode(`${csvLine(header)}\n`));
    for (let text = 0; text < split.texts; text++) {
      const shown = [split.id(text), split.text(text)];
      const original = withOriginal ? [split.original(text)] : [];
      for (let sample = split.sampleStarts[text]; sample < split.sampleStarts[text + 1]; sample++) {
        const { expansion } = senses[split.classes[sample]];
        const row = [...shown, String(split.locations[sample]), expansion, ...original];
        await sink.write(encoder.encode(`${csvLine(row)}\n`));
      }
    }
  });
}
