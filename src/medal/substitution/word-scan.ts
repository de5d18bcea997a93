/**
 * The cleaned words of a text without a string for each: units one after the other, parted by spaces, and where each word lies
 * among them. The words are those of `cleanWords`; the memory is used again for the next text.
 */
import { isKept, KINDS, Kind, lowerLetters } from './clean-words.js';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const BLANK = 0x20;
const LARGEST_ASCII = 0x7f;

export class WordScan {
  units = new Uint16Array(1 << 12);
  /** [words] first unit, and unit after the last. */
  starts = new Int32Array(1 << 12);
  ends = new Int32Array(1 << 12);
  /** [words] FNV-1a over the units. */
  hashes = new Int32Array(1 << 12);
  count = 0;
  private isAscii = true;

  /** @param stopWords as of `cleanWords` */
  scan(given: string, stopWords?: ReadonlySet<string>): void {
    const text = lowerLetters(given);
    if (text.length + 1 > this.units.length) this.grow(text.length + 1);
    const { units, starts, ends, hashes } = this;
    let [count, used, start, seen] = [0, 0, 0, 0];
    let hash = OFFSET;
    for (let at = 0; at <= text.length; at++) {
      const unit = at < text.length ? text.charCodeAt(at) : BLANK;
      const kind = KINDS[unit];
      if (kind >= Kind.Letter) {
        units[used++] = unit;
        seen |= unit;
        hash = Math.imul(hash ^ unit, PRIME);
      } else if (kind === Kind.Space && used > start) {
        if (stopWords === undefined || isKept(wordOf(units, start, used), stopWords)) {
          starts[count] = start;
          ends[count] = used;
          hashes[count++] = hash;
          units[used++] = BLANK;
          start = used;
        } else used = start;
        hash = OFFSET;
      }
    }
    this.count = count;
    this.isAscii = seen <= LARGEST_ASCII;
  }

  /** The words parted by single spaces; a word lies where `starts` and `ends` say. */
  text(): string {
    const length = this.count === 0 ? 0 : this.ends[this.count - 1];
    const words = this.units.subarray(0, length);
    if (this.isAscii) return Buffer.from(words).toString('latin1');
    return Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('utf16le');
  }

  private grow(units: number): void {
    this.units = new Uint16Array(2 * units);
    // A word has a letter and a space.
    for (const name of ['starts', 'ends', 'hashes'] as const) this[name] = new Int32Array(units + 1);
  }
}

function wordOf(units: Uint16Array, start: number, end: number): string {
  return Buffer.from(units.buffer, 2 * start, 2 * (end - start)).toString('utf16le');
}
