/**
 * Vectors of words that another program trained, one word at a time, out of a file that may be larger than memory.
 */
import { openForReading, readFailure } from './byte-source.js';
import { openFastTextBin } from './fasttext-bin.js';
import { FASTTEXT_MAGIC } from './fasttext-header.js';
import { openFastTextVec } from './fasttext-vec.js';

export interface WordVectors {
  readonly width: number;
  /**
   * Writes the vector of a word into `into`, of `width` numbers.
   * @returns false, and writes zeros, where the word has neither a row nor subwords
   */
  vector(word: string, into: Float32Array): boolean;
  close(): Promise<void>;
}

/**
 * A fastText `.bin` model, which has vectors for unknown words too, or vectors as text (`.vec`): the file's first bytes
 * decide, and for what is neither the name.
 * @throws MedgraftError as `openFastTextBin` and `openFastTextVec`
 */
export async function openWordVectors(path: string): Promise<WordVectors> {
  const handle = await openForReading(path);
  const start = Buffer.alloc(4);
  let isModel: boolean;
  try {
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    isModel = bytesRead === start.length && start.readInt32LE() === FASTTEXT_MAGIC;
  } catch (error) {
    throw readFailure(error, path);
  } finally {
    await handle.close();
  }
  return isModel || /\.bin$/i.test(path) ? openFastTextBin(path) : openFastTextVec(path);
}
