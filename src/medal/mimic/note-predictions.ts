import { csvLine } from '../../formats/delimited-line.js';
import type { NoteIds } from './note-split.store.js';

/** What the notes of a part, and the outputs of a model, are called. */
export interface NoteNames {
  ids(note: number): NoteIds;
  /** Codes of diagnoses; undefined for mortality. */
  readonly codes?: readonly string[];
}

/** Diagnoses that are written of a note, the most likely first. */
const SHOWN = 10;

/**
 * `predictions.csv`: a row a note, in the order of the part. Of mortality the outcome and its probability, of diagnoses the codes and
 * the ten most likely ones.
 */
export class NotePredictions {
  private readonly rows: string[][] = [];

  constructor(private readonly names: NoteNames) {}

  /** @param logits [notes, K] @param outputs true ones of each note @param numbers of the notes in the part */
  add(logits: Float32Array, outputs: readonly Int32Array[], numbers: Int32Array): void {
    const { codes } = this.names;
    const width = codes?.length ?? 1;
    numbers.forEach((note, i) => {
      const { note: row, admission, patient } = this.names.ids(note);
      const mine = logits.subarray(i * width, (i + 1) * width);
      const said = codes
        ? [codesOf(outputs[i], codes), codesOf(mostLikely(mine), codes)]
        : [String(outputs[i].length), (1 / (1 + Math.exp(-mine[0]))).toFixed(6)];
      this.rows[note] = [row, admission, patient, ...said];
    });
  }

  csv(): string {
    const said = this.names.codes ? ['LABELS', 'PREDICTIONS'] : ['LABEL', 'PROBABILITY'];
    const lines = [['ROW_ID', 'HADM_ID', 'SUBJECT_ID', ...said], ...this.rows].map(csvLine);
    return `${lines.join('\n')}\n`;
  }
}

function codesOf(outputs: Int32Array, codes: readonly string[]): string {
  return Array.from(outputs, (output) => codes[output]).join(' ');
}

/** Of equal ones the first. */
function mostLikely(logits: Float32Array): Int32Array {
  const order = Int32Array.from(logits, (_, output) => output);
  return order.sort((a, b) => logits[b] - logits[a] || a - b).subarray(0, SHOWN);
}
