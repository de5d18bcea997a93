/**
 * Notes of one split, in the files of a sample set (sample-layout.ts): a note is a text, a label of it a sample at its first
 * word. Labels are in memory, texts stay on disk.
 */
import { SampleSplit } from '../samples/sample-split.store.js';
import { SampleSplitWriter } from '../samples/sample-split-writer.store.js';

export interface NoteIds {
  /** ROW_ID in NOTEEVENTS. */
  readonly note: string;
  readonly admission: string;
  readonly patient: string;
}

export class NoteSplit {
  /** How many. */
  readonly notes: number;
  /** Of a label: 2 of mortality (0 survived, 1 died), or one for each diagnosis. */
  readonly classCount: number;
  /** [notes] */
  readonly wordCounts: Int32Array;

  /** @param folder for example `<artefact>/train` @throws MedgraftError `medal.samples` */
  static async open(folder: string): Promise<NoteSplit> {
    return new NoteSplit(await SampleSplit.open(folder));
  }

  private constructor(private readonly split: SampleSplit) {
    this.notes = split.texts;
    this.classCount = split.classCount;
    this.wordCounts = split.wordCounts;
  }

  /** Of mortality one, 0 or 1; of diagnoses their classes, ascending. */
  labels(note: number): Int32Array {
    const { classes, sampleStarts } = this.split;
    return classes.subarray(sampleStarts[note], sampleStarts[note + 1]);
  }

  /** Words parted by single spaces. */
  text(note: number): string {
    return this.split.text(note);
  }

  ids(note: number): NoteIds {
    const [row, admission, patient] = this.split.id(note).split('\t');
    return { note: row, admission, patient };
  }

  close(): void {
    this.split.close();
  }
}

export class NoteSplitWriter {
  private readonly writer: SampleSplitWriter;

  constructor(folder: string, classCount: number) {
    this.writer = new SampleSplitWriter(folder, { classes: classCount });
  }

  /** @param text not empty @param labels ascending */
  add({ note, admission, patient }: NoteIds, text: string, labels: readonly number[]): void {
    const samples = labels.map((label) => ({ location: 0, class: label }));
    this.writer.add({ id: [note, admission, patient].join('\t'), text, samples });
  }

  finish(): Promise<void> {
    return this.writer.finish();
  }

  abandon(): void {
    this.writer.abandon();
  }
}
