import { openWordVectors } from '../../formats/word-vectors.js';

export interface ReadVectors {
  /** [words, width] those that the file does not know are 0. */
  readonly values: Float32Array;
  readonly width: number;
  /** Words that the file knows. */
  readonly known: number;
}

/** A vector for each word of the list. @throws MedgraftError as `openWordVectors` */
export async function readVectors(
  words: readonly string[],
  path: string | undefined,
): Promise<ReadVectors | undefined> {
  if (path === undefined) return undefined;
  const vectors = await openWordVectors(path);
  try {
    const { width } = vectors;
    const values = new Float32Array(words.length * width);
    let known = 0;
    words.forEach((word, row) => {
      // The first rows are padding and the unknown word.
      if (row > 1 && vectors.vector(word, values.subarray(row * width, (row + 1) * width))) known++;
    });
    return { values, width, known };
  } finally {
    await vectors.close();
  }
}
