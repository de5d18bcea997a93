/**
 * UTF-8 decoded strictly (RFC 3629) from chunks of any size: a byte sequence that is not UTF-8 stops with its offset,
 * instead of becoming U+FFFD that nobody notices.
 */
import { isUtf8 } from 'node:buffer';

/** Where decoding stopped. */
export class InvalidUtf8 extends Error {
  constructor(
    /** Offset of the first byte of the broken sequence. */
    readonly offset: number,
    /** What was found there, for people. */
    readonly found: string,
  ) {
    super(`${found} at byte ${offset}`);
  }
}

const BYTE_ORDER_MARK = '\ufeff';

/** Decodes chunk after chunk; a byte order mark at the very start is dropped. */
export class Utf8Decoder {
  private pending: Uint8Array = new Uint8Array(0);
  /** Bytes decoded so far, without `pending`. */
  private offset = 0;

  /** @throws InvalidUtf8 */
  push(chunk: Uint8Array): string {
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const end = bytes.length - incompleteBytes(bytes);
    const complete = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    if (!isUtf8(complete)) throw this.invalid(complete);
    const first = this.offset === 0;
    this.pending = bytes.slice(end);
    this.offset += end;
    const text = complete.toString('utf8');
    return first && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }

  /** Call at the end. @throws InvalidUtf8 when the last character is cut */
  finish(): void {
    if (this.pending.length > 0) throw new InvalidUtf8(this.offset, 'a character that is cut off');
  }

  private invalid(bytes: Uint8Array): InvalidUtf8 {
    const at = validPrefix(bytes);
    const mark =
      this.offset === 0 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
    const found = mark ? 'a UTF-16 byte order mark' : `byte 0x${bytes[at].toString(16).padStart(2, '0')}`;
    return new InvalidUtf8(this.offset + at, found);
  }
}

/** How many bytes at the end begin a character that needs more bytes: 0 to 3. */
function incompleteBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < lengthFromLead(byte) ? back : 0;
  }
  return 0;
}

function lengthFromLead(byte: number): number {
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
}

/** Length of the longest prefix of whole characters, by bisection: a broken prefix stays broken when it grows. */
function validPrefix(bytes: Uint8Array): number {
  const whole = (length: number) => length - incompleteBytes(bytes.subarray(0, length));
  let valid = 0;
  let broken = bytes.length;
  while (broken - valid > 1) {
    const middle = (valid + broken) >>> 1;
    if (isUtf8(bytes.subarray(0, whole(middle)))) valid = middle;
    else broken = middle;
  }
  return whole(valid);
}
