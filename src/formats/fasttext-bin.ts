/**
 * Vectors of words out of a fastText model (`.bin`; Bojanowski et al. 2017, "Enriching word vectors with subword
 * information"): the mean of the word's own row and the rows of its character n-grams; of a word that the model does not
 * know the n-grams alone. The dictionary is in memory, the rows (7 GB of the published models) stay in the file.
 */
import { type FastTextHeader, readFastTextHeader } from './fasttext-header.js';
import { RowFile } from './row-file.js';
import { hashBytes } from './word-table.js';
import type { WordVectors } from './word-vectors.js';

/** A word of its own, without n-grams. */
const END_OF_SENTENCE = '</s>';

/** @throws MedgraftError as `readFastTextHeader`, and `formats.missing`, `formats.unreadable`, `formats.not-a-file` */
export async function openFastTextBin(path: string): Promise<WordVectors> {
  const file = await RowFile.open(path);
  try {
    return new FastTextVectors(file, readFastTextHeader(file));
  } catch (error) {
    await file.close();
    throw error;
  }
}

class FastTextVectors implements WordVectors {
  readonly width: number;
  private readonly row: Float32Array;
  private readonly rowBytes: Uint8Array;
  private readonly encoder = new TextEncoder();

  constructor(
    private readonly file: RowFile,
    private readonly header: FastTextHeader,
  ) {
    this.width = header.width;
    this.row = new Float32Array(header.width);
    this.rowBytes = new Uint8Array(this.row.buffer);
  }

  /** @throws MedgraftError `formats.truncated`, `formats.unreadable` */
  vector(word: string, into: Float32Array): boolean {
    if (into.length !== this.width) throw new RangeError(`${into.length} numbers for a vector of ${this.width}`);
    const { words, buckets } = this.header;
    into.fill(0);
    const own = words.find(this.encoder.encode(word));
    let count = 0;
    if (own >= 0) count += this.add(own, into);
    if (word !== END_OF_SENTENCE) {
      const framed = this.encoder.encode(`<${word}>`);
      eachGram(framed, this.header, (from, to) => {
        count += this.add(words.size + (hashBytes(framed, from, to) % buckets), into);
      });
    }
    // As the library does: single precision, by the factor.
    const factor = Math.fround(1 / count);
    for (let i = 0; count > 0 && i < into.length; i++) into[i] *= factor;
    return count > 0;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private add(row: number, into: Float32Array): 1 {
    this.file.read(this.header.rowsAt + row * this.rowBytes.length, this.rowBytes);
    for (let i = 0; i < into.length; i++) into[i] += this.row[i];
    return 1;
  }
}

/**
 * The n-grams of a word that stands between `<` and `>`, by characters of UTF-8; a single character is none where it is
 * one of these two signs.
 */
function eachGram(
  word: Uint8Array,
  { shortestGram, longestGram }: FastTextHeader,
  visit: (from: number, to: number) => void,
): void {
  for (let from = 0; from < word.length; from = nextCharacter(word, from)) {
    let to = from;
    for (let length = 1; length <= longestGram && to < word.length; length++) {
      to = nextCharacter(word, to);
      const isFrame = length === 1 && (from === 0 || to === word.length);
      if (length >= shortestGram && !isFrame) visit(from, to);
    }
  }
}

function nextCharacter(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  while (next < bytes.length && (bytes[next] & 0xc0) === 0x80) next++;
  return next;
}
