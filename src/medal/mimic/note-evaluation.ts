import { throwIfCancelled } from '../../base/errors.js';
import { bucketSegments } from '../../nn/length-buckets.js';
import type { WordEncoder } from '../model/word-encoder.js';
import type { NoteAsker } from './note-asker.js';
import type { EncodedNote } from './note-batch.js';
import type { NoteTexts } from './note-texts.js';

export interface NoteReading {
  readonly batchSize: number;
  readonly bucketWords: number;
  readonly maximumWords: number;
}

/** Asks a model of all notes of a part; `take` is given the logits [notes, K] of some of them, which the next ones replace. */
export async function askNotes(
  notes: NoteTexts,
  encoder: WordEncoder,
  asker: NoteAsker,
  { batchSize, bucketWords, maximumWords }: NoteReading,
  take: (logits: Float32Array, asked: readonly EncodedNote[], numbers: Int32Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const all = Int32Array.from({ length: notes.count }, (_, note) => note);
  for (const { segments } of bucketSegments(all, (note) => notes.words(note), {
    width: bucketWords,
    maximumTokens: maximumWords,
    samples: batchSize,
    added: 0,
  })) {
    for (let first = 0; first < segments.length; first += batchSize) {
      if (signal) throwIfCancelled(signal);
      encoder.begin?.();
      const numbers = segments.subarray(first, first + batchSize);
      const asked = Array.from(numbers, (note) => notes.encode(note, encoder));
      take(await asker.ask(asked), asked, numbers);
    }
  }
}
