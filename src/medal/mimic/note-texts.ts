import type { WordEncoder } from '../model/word-encoder.js';
import type { EncodedNote } from './note-batch.js';
import type { MimicTask } from './open-notes.store.js';

/** What is read of a part of a set of notes; note-split.store.ts. */
export interface LabelledNotes {
  readonly notes: number;
  readonly classCount: number;
  readonly wordCounts: Int32Array;
  labels(note: number): Int32Array;
  text(note: number): string;
}

const NONE = new Int32Array(0);
const DIED = Int32Array.of(0);

/** Notes as a model reads them: their first words, and which of K outputs are true. Texts are read and cut when asked for. */
export class NoteTexts {
  readonly count: number;
  /** K: of mortality one, that the patient dies; else one for each diagnosis. */
  readonly outputCount: number;

  constructor(
    private readonly split: LabelledNotes,
    private readonly task: MimicTask,
    private readonly maximumWords: number,
  ) {
    this.count = split.notes;
    this.outputCount = task === 'mortality' ? 1 : split.classCount;
  }

  /** Words that are read. */
  words(note: number): number {
    return Math.min(this.split.wordCounts[note], this.maximumWords);
  }

  /** Notes that are longer than what is read of them. */
  get cut(): number {
    return this.split.wordCounts.reduce((sum, words) => sum + Number(words > this.maximumWords), 0);
  }

  /** The words that are read, parted by spaces. */
  text(note: number): string {
    return this.read(note).join(' ');
  }

  /** The true outputs, ascending. */
  outputs(note: number): Int32Array {
    const labels = this.split.labels(note);
    if (this.task !== 'mortality') return labels;
    return labels[0] === 1 ? DIED : NONE;
  }

  *allOutputs(): Generator<Int32Array> {
    for (let note = 0; note < this.count; note++) yield this.outputs(note);
  }

  encode(note: number, encoder: WordEncoder): EncodedNote {
    return { tokens: encoder.encode(this.read(note), 0).tokens, outputs: this.outputs(note) };
  }

  private read(note: number): string[] {
    return this.split.text(note).split(' ', this.maximumWords);
  }
}
