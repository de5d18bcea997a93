/**
 * One pass over NOTEEVENTS (4 GB): the cleaned texts of the notes that count go to a file beside, the rest of what is known
 * of them stays in memory, a few numbers a note. Which of them are sampled can only be told when all are seen.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { RowFile } from '../../formats/row-file.js';
import { AppendFile } from '../samples/append-file.store.js';
import { cleanNote } from './clean-note.js';
import { type RowProblems, readTable } from './mimic-table.store.js';
import type { NoteFilter } from './note-filter.js';
import type { Admission } from './read-admissions.store.js';

/** Notes that were passed over, by reason. */
export interface NotesLeftOut {
  category: number;
  admission: number;
  time: number;
  late: number;
  repeated: number;
  empty: number;
}

const COLUMNS = {
  required: ['SUBJECT_ID', 'CATEGORY', 'TEXT'],
  optional: ['ROW_ID', 'HADM_ID', 'CHARTDATE', 'CHARTTIME'],
} as const;
/** Bytes of the hash of a text, as an exact number: that two of a million notes share one happens once in hundreds of runs. */
const HASH_BYTES = 6;

export interface NoteSource {
  readonly path: string;
  readonly filter: NoteFilter;
  readonly admissions: readonly Admission[];
  /** Deals the notes' patients to the admissions in turn instead of asking whose they are; their times then say nothing. */
  readonly assign: boolean;
}

export class CollectedNotes {
  readonly leftOut: NotesLeftOut = { category: 0, admission: 0, time: 0, late: 0, repeated: 0, empty: 0 };
  /** Rows read. */
  read = 0;
  /** Of each kept note: its row, its admission among all, and where its text ends in the file. */
  readonly rows: string[] = [];
  readonly admissions: number[] = [];
  private readonly ends: number[] = [];
  private readonly seen = new Set<number>();
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly dealt = new Map<string, number>();
  private texts: RowFile | undefined;

  /** @param textPath of the file beside, which `close` removes */
  constructor(
    private readonly source: NoteSource,
    private readonly textPath: string,
  ) {
    this.numbers = new Map(source.admissions.map(({ id }, at) => [id, at]));
  }

  /** Reads all notes, and pauses after each block. @throws MedgraftError as `readTable` */
  async *collect(problems: RowProblems): AsyncGenerator<void, void> {
    const texts = new AppendFile(this.textPath);
    try {
      for await (const rows of readTable(this.source.path, COLUMNS, problems)) {
        for (const row of rows) {
          const admission = this.admissionOf(row, problems);
          if (admission !== undefined) this.keep(row, admission, texts);
        }
        yield;
      }
    } finally {
      texts.close();
    }
    this.texts = await RowFile.open(this.textPath);
  }

  /** The cleaned text of a kept note. */
  text(note: number): string {
    const start = note === 0 ? 0 : this.ends[note - 1];
    const bytes = Buffer.alloc(this.ends[note] - start);
    this.texts?.read(start, bytes);
    return bytes.toString('utf8');
  }

  async close(): Promise<void> {
    await this.texts?.close();
    await rm(this.textPath, { force: true });
  }

  private keep(row: NoteRow, admission: number, texts: AppendFile): void {
    const text = cleanNote(row.TEXT);
    const hash = createHash('sha256').update(`${admission}\n${text}`).digest().readUIntBE(0, HASH_BYTES);
    if (text === '') this.leftOut.empty++;
    else if (this.seen.has(hash)) this.leftOut.repeated++;
    else {
      this.seen.add(hash);
      texts.append(Buffer.from(text));
      this.rows.push(row.ROW_ID?.trim() || String(this.read));
      this.admissions.push(admission);
      this.ends.push(texts.length);
    }
  }

  /** @returns undefined where the note does not count */
  private admissionOf(row: NoteRow, problems: RowProblems): number | undefined {
    const { filter, admissions, assign } = this.source;
    this.read++;
    if (!filter.hasCategory(row.CATEGORY)) return this.without('category');
    if (assign) return this.dealtTo(row.SUBJECT_ID);
    const admission = this.numbers.get(row.HADM_ID?.trim() ?? '');
    if (admission === undefined) return this.without('admission');
    if (admissions[admission].patient !== row.SUBJECT_ID) {
      problems.add(row.place, `the admission is that of patient ${admissions[admission].patient}`);
      return this.without('admission');
    }
    const isEarly = filter.isEarly(row, admissions[admission].discharge);
    if (isEarly === undefined) {
      problems.add(row.place, `CHARTTIME ${JSON.stringify(row.CHARTTIME)}, CHARTDATE ${JSON.stringify(row.CHARTDATE)}`);
      return this.without('time');
    }
    return isEarly ? admission : this.without('late');
  }

  private without(reason: keyof NotesLeftOut): undefined {
    this.leftOut[reason]++;
    return undefined;
  }

  private dealtTo(patient: string): number {
    const known = this.dealt.get(patient);
    if (known !== undefined) return known;
    const next = this.dealt.size % this.source.admissions.length;
    this.dealt.set(patient, next);
    return next;
  }
}

type NoteRow = Readonly<
  Record<(typeof COLUMNS.required)[number], string> &
    Partial<Record<(typeof COLUMNS.optional)[number], string>> & { place: string }
>;
