/**
 * The trials of a search that are done, as JSON Lines, in the order in which they were: rewritten whole and atomically after
 * each, so that a killed search finds every row that it wrote.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFile } from '../../formats/byte-sink.js';
import { tsvLine } from '../../formats/delimited-line.js';
import { readJsonLines, writeJsonLines } from '../../formats/json-lines.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import type { SettingValues } from './search-space.js';

export interface TrialRow {
  /** From 0. */
  readonly trial: number;
  readonly rung: number;
  readonly state: 'finished' | 'failed';
  /** That were drawn. */
  readonly settings: SettingValues;
  /** Epochs of the model up to here, and the one whose vectors were ranked. */
  readonly epochs?: number;
  readonly bestEpoch?: number;
  /** Filtered, realistic ties, all validation triples. */
  readonly mrr?: number;
  readonly hits1?: number;
  readonly hits3?: number;
  readonly hits10?: number;
  readonly loss?: number;
  /** Of the attempt that finished it. */
  readonly seconds: number;
  /** Why it failed. */
  readonly reason?: string;
}

const TRIALS_FILE = 'trials.jsonl';
const FIGURES = ['epochs', 'bestEpoch', 'mrr', 'hits1', 'hits3', 'hits10', 'loss', 'seconds'] as const;

export class TrialTable {
  private constructor(
    private readonly path: string,
    readonly rows: TrialRow[],
  ) {}

  static async open(folder: string): Promise<TrialTable> {
    const path = join(folder, TRIALS_FILE);
    const rows: TrialRow[] = [];
    if (existsSync(path)) for await (const { value } of readJsonLines(path)) rows.push(value as TrialRow);
    return new TrialTable(path, rows);
  }

  find(trial: number, rung: number): TrialRow | undefined {
    return this.rows.find((row) => row.trial === trial && row.rung === rung);
  }

  ofRung(rung: number): TrialRow[] {
    return this.rows.filter((row) => row.rung === rung);
  }

  async add(row: TrialRow): Promise<void> {
    this.rows.push(row);
    await writeFileAtomically(this.path, (sink) => writeJsonLines(sink, this.rows));
  }
}

/** `trials.jsonl` for programs and `trials.tsv` for spreadsheets, a column for each setting that was drawn. */
export async function writeTrials(folder: string, rows: readonly TrialRow[]): Promise<void> {
  await writeFile(join(folder, TRIALS_FILE), (sink) => writeJsonLines(sink, rows));
  const names = Object.keys(rows[0]?.settings ?? {});
  const lines = [
    ['trial', 'rung', 'state', ...FIGURES, ...names, 'reason'],
    ...rows.map((row) => [
      String(row.trial),
      String(row.rung),
      row.state,
      ...FIGURES.map((figure) => String(row[figure] ?? '')),
      ...names.map((name) => String(row.settings[name])),
      row.reason ?? '',
    ]),
  ];
  const text = lines.map((cells) => `${tsvLine(cells.map(oneLine))}\n`).join('');
  await writeFile(join(folder, 'trials.tsv'), (sink) => sink.write(new TextEncoder().encode(text)));
}

function oneLine(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, ' ');
}
