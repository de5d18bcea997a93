import { MedgraftError } from '../../base/errors.js';
import { type AdamRow, readAdamTable } from '../../formats/adam-table.js';
import { SenseInventory } from './sense-inventory.js';

/**
 * The inventory that a table holds.
 * @throws MedgraftError `medal.inventory-repeated`, `medal.inventory-empty`, and as `readAdamTable`
 */
export async function readInventory(path: string): Promise<SenseInventory> {
  const rows: AdamRow[] = [];
  const lines = new Map<string, number>();
  for await (const { line, ...row } of readAdamTable(path)) {
    const earlier = lines.get(row.expansion);
    if (earlier !== undefined) {
      throw new MedgraftError('input', 'medal.inventory-repeated', 'an expansion stands in two lines', {
        place: `${path}:${line}`,
        expected: 'one preferred abbreviation for each expansion',
        got: `${row.expansion}, also in line ${earlier}`,
      });
    }
    lines.set(row.expansion, line);
    rows.push(row);
  }
  if (rows.length > 0) return new SenseInventory(rows);
  throw new MedgraftError('input', 'medal.inventory-empty', 'the table has no expansion', { place: path });
}
