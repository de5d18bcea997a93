import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adamLines } from '../../formats/adam-table.js';
import { readInventory } from './read-inventory.store.js';

const HEADER = 'PREFERRED_AB\tVARIANT_AB\tEXPANSION\n';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inventory-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'adam.txt');
  await writeFile(path, text);
  return readInventory(path);
}

describe('the inventory of a table', () => {
  it('numbers expansions by their rows and knows the rivals of each abbreviation', async () => {
    const inventory = await read(
      `${HEADER}CT\tCT:120|C.T.:3\tcomputed tomography\nRM\tRM:2\trhesus monkey\nCT\tCT:5\tcalcitonin\n`,
    );
    expect(inventory.size).toBe(3);
    expect(inventory.candidates('CT')).toEqual([0, 2]);
    expect(inventory.candidates('ct')).toEqual([]);
    expect(inventory.classOf('calcitonin')).toBe(2);
    expect(inventory.classOf('calcium')).toBeUndefined();
    expect(inventory.senses[0].variants).toEqual([
      { form: 'CT', count: 120 },
      { form: 'C.T.', count: 3 },
    ]);
  });

  it('keeps the number of an expansion that stands there again with a space too much', async () => {
    const inventory = await read(
      `${HEADER}1RM\t1RM:5\t repetition maximum\nRM\tRM:2\trepetition maximum\nRM\tRM:1\trepetition maximum \n`,
    );
    expect(inventory.size).toBe(3);
    expect(inventory.classOf('repetition maximum')).toBe(1);
    expect(inventory.classOf('repetition maximum', '1RM')).toBe(0);
    expect(inventory.candidates('RM')).toEqual([1]);
  });

  it('takes the tidy spelling for the candidate, wherever it stands', async () => {
    const inventory = await read(`${HEADER}NEP\tNEP:5\tneutral  endopeptidase\nNEP\tNEP:2\tneutral endopeptidase\n`);
    expect(inventory.classOf('neutral endopeptidase', 'NEP')).toBe(1);
    expect(inventory.candidates('NEP')).toEqual([1]);
  });

  it('is written as it was read', async () => {
    const text = `${HEADER}+dP/dt\t+dP/dt:18|+dp/dt:3\t contractility\na|b\ta|b:2|c:1\tboth\n`;
    expect([...adamLines((await read(text)).rows)].join('')).toBe(text);
  });

  it.each([
    ['CT\tCT:1\tx\n', 'formats.adam-table', 'adam.txt:1'],
    [`${HEADER}CT\tx\n`, 'formats.adam-table', 'adam.txt:2'],
    [`${HEADER}CT\tCT\tx\n`, 'formats.adam-table', 'adam.txt:2'],
    [`${HEADER}CT\tCT:1\t \n`, 'formats.adam-table', 'adam.txt:2'],
    [`${HEADER}CT\tCT:1\tx\nCR\tCR:1\tx\n`, 'medal.inventory-repeated', 'adam.txt:3'],
    [HEADER, 'medal.inventory-empty', 'adam.txt'],
    ['', 'formats.adam-table', 'adam.txt'],
  ])('names the line of a bad table (%#)', async (text, code, place) => {
    await expect(read(text)).rejects.toMatchObject({ code, details: { place: expect.stringContaining(place) } });
  });
});
