import { MedgraftError } from '../base/errors.js';
import type { RowFile } from './row-file.js';

/** Numbers and words of a fastText model, front to back through a window of the file. */
const WINDOW_BYTES = 1 << 18;
/** fastText's own limit is 1024 characters of a line; a longer word is a place that is no word. */
const LONGEST_WORD = 1 << 16;

export class FastTextInput {
  private window = Buffer.alloc(0);
  private start = 0;
  private at = 0;

  constructor(private readonly file: RowFile) {}

  /** Of the next byte in the file. */
  get position(): number {
    return this.start + this.at;
  }

  get left(): number {
    return this.file.size - this.position;
  }

  byte(): number {
    this.need(1);
    return this.window[this.at++];
  }

  int32(): number {
    this.need(4);
    this.at += 4;
    return this.window.readInt32LE(this.at - 4);
  }

  /** As a number; one that is not exact is too large for any file. */
  int64(): number {
    this.need(8);
    this.at += 8;
    return Number(this.window.readBigInt64LE(this.at - 8));
  }

  skip(count: number): void {
    if (count > this.left) throw this.endsEarly(count);
    const position = this.position + count;
    this.start = position;
    this.at = 0;
    this.window = this.window.subarray(0, 0);
  }

  /** Bytes up to a zero, which is passed over; valid until the next call. */
  word(): Uint8Array {
    for (let length = 64; ; length *= 4) {
      this.need(Math.min(length, this.left));
      const end = this.window.indexOf(0, this.at);
      if (end >= 0) {
        const word = this.window.subarray(this.at, end);
        this.at = end + 1;
        return word;
      }
      if (length > LONGEST_WORD) throw this.endlessWord();
      if (this.left <= this.window.length - this.at) throw this.endsEarly(this.left + 1);
    }
  }

  private need(count: number): void {
    if (this.window.length - this.at >= count) return;
    if (count > this.left) throw this.endsEarly(count);
    const position = this.position;
    const window = Buffer.alloc(Math.min(Math.max(count, WINDOW_BYTES), this.left));
    this.file.read(position, window);
    [this.window, this.start, this.at] = [window, position, 0];
  }

  private endsEarly(count: number): MedgraftError {
    return new MedgraftError('input', 'formats.truncated', 'the file ends too early', {
      place: `${this.file.place}, byte ${this.position}`,
      expected: `${count} more bytes`,
      got: `${this.left}`,
      hint: 'the file was cut: copy or download it again',
    });
  }

  private endlessWord(): MedgraftError {
    return new MedgraftError('input', 'formats.fasttext-bin', 'a word of the dictionary does not end', {
      place: `${this.file.place}, byte ${this.position}`,
      expected: `at most ${LONGEST_WORD} bytes and a zero`,
    });
  }
}
