/**
 * A published table to a split of a sample set. Rows of the same article and text share one text; rows that are no samples
 * are handed to `problems`, and the rest goes on.
 */
import { createHash } from 'node:crypto';
import { MedgraftError } from '../../base/errors.js';
import { readDelimitedBlocks } from '../../formats/delimited.js';
import type { CorpusProblems } from '../../text/corpus-problems.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { GatheredSamples } from './gathered-samples.js';
import { type ColumnPlaces, columnsOfTable, readTableRow, TABLE_COLUMNS, type TableSample } from './published-table.js';
import { SampleSplitWriter, type SplitWriterOptions } from './sample-split-writer.store.js';
import { TextNumbers } from './text-numbers.js';

export interface TableCounts {
  rows: number;
  /** Samples whose word is not the abbreviation of their label. */
  otherAbbreviations: number;
}

/**
 * Yields the number of rows that were read so far.
 * @param folder of the split, is made
 * @throws MedgraftError `medal.table-header`, and as `readDelimitedBlocks`
 */
export async function* importTable(
  path: string,
  folder: string,
  { inventory, problems, ...options }: ImportOptions,
): AsyncGenerator<number, TableCounts> {
  const writer = new SampleSplitWriter(folder, { ...options, classes: inventory.size });
  const table = new TableImport(writer);
  const counts: TableCounts = { rows: 0, otherAbbreviations: 0 };
  let columns: ColumnPlaces | undefined;
  try {
    for await (const block of readDelimitedBlocks(path, { delimiter: ',', columns: 'first' })) {
      for (const { line, fields, problem } of block) {
        if (columns === undefined) {
          columns = columnsOfTable(`${path}:${line}`, fields);
          continue;
        }
        counts.rows++;
        const row = problem === undefined ? readTableRow(fields, columns, inventory) : malformed(problem);
        if ('code' in row) problems.add({ file: path, line, ...row });
        else counts.otherAbbreviations += table.add(row) ? 0 : 1;
      }
      yield counts.rows;
    }
    if (columns === undefined) throw emptyTable(path);
    await table.finish();
  } finally {
    writer.abandon();
  }
  return counts;
}

export interface ImportOptions extends Omit<SplitWriterOptions, 'classes' | 'from'> {
  readonly inventory: SenseInventory;
  readonly problems: CorpusProblems;
}

class TableImport {
  private readonly texts = new TextNumbers();
  private readonly samples = new GatheredSamples();

  constructor(private readonly writer: SampleSplitWriter) {}

  /** @returns whether the sample's word is its abbreviation */
  add({ id, text, location, class: sense, isAbbreviation }: TableSample): boolean {
    const hash = createHash('sha256').update(id).update('\n').update(text).digest();
    const known = this.texts.count;
    const number = this.texts.numberOf(hash.readInt32LE(0), hash.readInt32LE(4));
    if (number === known) this.writer.addText(id, text);
    this.samples.add(number, location, sense);
    return isAbbreviation;
  }

  async finish(): Promise<void> {
    for (const { text, location, class: sense } of this.samples.inOrder(this.texts.count)) {
      this.writer.addSample(text, location, sense);
    }
    await this.writer.finish();
  }
}

function malformed(reason: string) {
  return { code: 'text.row-malformed', reason };
}

function emptyTable(place: string): MedgraftError {
  const expected = TABLE_COLUMNS.join(',');
  return new MedgraftError('input', 'medal.table-header', 'the table is empty', { place, expected, got: 'nothing' });
}
