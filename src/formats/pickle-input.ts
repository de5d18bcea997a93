/**
 * The bytes of a pickle front to back. A length that the file states is compared with what is left before memory is asked
 * for.
 */
import { isUtf8 } from 'node:buffer';
import { damagedPickle, pickleLimit } from './pickle-errors.js';

/** Longest line of the protocols 0 and 1, which write numbers and names as lines. */
const LONGEST_LINE = 1 << 20;

export class PickleInput {
  private readonly bytes: Buffer;
  private position = 0;

  /** @param place names the source in error messages */
  constructor(
    bytes: Uint8Array,
    readonly place: string,
  ) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.position;
  }

  get size(): number {
    return this.bytes.length;
  }

  uint8(): number {
    return this.bytes[this.advance(1)];
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.advance(2));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.advance(4));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.advance(4));
  }

  /** A length of eight bytes; more than a safe integer is more than any file. */
  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.advance(8)));
  }

  /** Big endian, as pickles have it. */
  float64(): number {
    return this.bytes.readDoubleBE(this.advance(8));
  }

  /** A copy: the file need not stay in memory for it. */
  bytesOf(length: number): Uint8Array {
    const start = this.advance(length);
    return Uint8Array.from(this.bytes.subarray(start, start + length));
  }

  /** @throws MedgraftError `formats.pickle` when the bytes are not UTF-8 */
  text(length: number): string {
    const start = this.advance(length);
    const text = this.bytes.toString('utf8', start, start + length);
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(start, start + length))) {
      throw damagedPickle(this.place, start, 'a text that is not UTF-8');
    }
    return text;
  }

  /** Other bytes of the same place. */
  over(bytes: Uint8Array): PickleInput {
    return new PickleInput(bytes, this.place);
  }

  /** Up to the next line end, which is passed over, byte by byte as characters. */
  line(): string {
    const start = this.position;
    const end = this.bytes.indexOf(0x0a, start);
    if (end < 0) throw damagedPickle(this.place, this.bytes.length, 'the end of the file within a line');
    if (end - start > LONGEST_LINE) {
      throw pickleLimit(this.place, start, `a line of ${end - start} bytes`, `at most ${LONGEST_LINE}`);
    }
    this.position = end + 1;
    return this.bytes.toString('latin1', start, end).replace(/\r$/, '');
  }

  /** @returns where the passed bytes start */
  private advance(length: number): number {
    const start = this.position;
    if (!(length <= this.bytes.length - start)) {
      throw damagedPickle(
        this.place,
        start,
        `the end of the file: ${length} bytes wanted, ${this.bytes.length - start} left`,
      );
    }
    this.position = start + length;
    return start;
  }
}
