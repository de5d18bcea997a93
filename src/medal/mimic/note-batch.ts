import { type BatchSizes, collateTokens, type RecurrentBatch } from '../model/token-batch.js';
import { noteKey } from './note-config.js';

/** A note as a model reads it, and its true outputs. */
export interface EncodedNote {
  readonly tokens: Int32Array;
  readonly outputs: Int32Array;
}

/** @param outputs K */
export function collateNotes(notes: readonly EncodedNote[], outputs: number, sizes: BatchSizes): RecurrentBatch {
  const { shape, tokens, words, lengths, inputs, counts } = collateTokens(notes, sizes);
  const labels = new Float32Array(sizes.samples * outputs);
  const outputWeights = new Float32Array(sizes.samples * outputs).fill(1, 0, notes.length * outputs);
  notes.forEach((note, b) => {
    for (const output of note.outputs) labels[b * outputs + output] = 1;
  });
  return {
    key: noteKey(shape),
    shape,
    inputs: { ...inputs, labels, outputWeights },
    lookups: { tokens },
    words,
    lengths,
    counts,
  };
}
