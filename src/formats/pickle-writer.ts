/**
 * Writes plain data as a Python pickle, protocol 4 without frames (PEP 3154), for `pickle.load` of Python 3.4 and later.
 * The entries of the outermost dict or list may come from a generator and are written as they come; a text that comes again
 * is a reference, so that Python too holds it once.
 */
import type { ByteSink } from './byte-sink.js';

/** An array becomes a list, a Map a dict, a whole number an int. */
export type PickleInputValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleInputValue[]
  | ReadonlyMap<PickleInputValue, PickleInputValue>
  | ReadonlySet<PickleInputValue>
  | PickleTuple
  | PickleFloat;

/** A tuple of Python. */
export class PickleTuple {
  constructor(readonly items: readonly PickleInputValue[]) {}
}

/** A float of Python also when the number is whole. */
export class PickleFloat {
  constructor(readonly value: number) {}
}

type Stream<T> = Iterable<T> | AsyncIterable<T>;

/** @throws RangeError for a value that Python could not have: deeper than 64 levels, a number as an int that is not exact */
export async function writePickle(sink: ByteSink, value: PickleInputValue): Promise<void> {
  const encoder = new PickleEncoder();
  encoder.begin();
  encoder.value(value);
  await finish(sink, encoder);
}

/** A dict, its entries in the order in which they come; a key that comes twice keeps its last value, as in Python. */
export async function writePickledDict(
  sink: ByteSink,
  entries: Stream<readonly [PickleInputValue, PickleInputValue]>,
): Promise<void> {
  const encoder = new PickleEncoder();
  encoder.begin();
  encoder.bytes.byte(EMPTY_DICT);
  let open = 0;
  for await (const [key, value] of entries) {
    if (open++ === 0) encoder.bytes.byte(MARK);
    encoder.value(key);
    encoder.value(value);
    if (open < BATCH && encoder.bytes.length < FLUSH_BYTES) continue;
    encoder.bytes.byte(SETITEMS);
    open = 0;
    if (encoder.bytes.length >= FLUSH_BYTES) await sink.write(encoder.bytes.take());
  }
  if (open > 0) encoder.bytes.byte(SETITEMS);
  await finish(sink, encoder);
}

async function finish(sink: ByteSink, encoder: PickleEncoder): Promise<void> {
  encoder.bytes.byte(STOP);
  await sink.write(encoder.bytes.take());
}

const MARK = 0x28;
const EMPTY_DICT = 0x7d;
const SETITEMS = 0x75;
const STOP = 0x2e;
/** Items between a mark and its end, as Python's own pickler has it. */
const BATCH = 1000;
const FLUSH_BYTES = 1 << 18;
const DEEPEST = 64;
/** Texts remembered: as many as a Map holds with ease. */
const LARGEST_MEMO = 1 << 23;

class PickleEncoder {
  readonly bytes = new GrowingBytes();
  private readonly memo = new Map<string, number>();
  private depth = 0;

  begin(): void {
    this.bytes.byte(0x80); // PROTO
    this.bytes.byte(4);
  }

  value(value: PickleInputValue): void {
    if (value === null) this.bytes.byte(0x4e);
    else if (typeof value === 'boolean') this.bytes.byte(value ? 0x88 : 0x89);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.int(value);
    else if (value instanceof PickleFloat) this.float(value.value);
    else if (value instanceof Uint8Array) this.binary(value);
    else this.container(value);
  }

  private container(
    value:
      | PickleTuple
      | readonly PickleInputValue[]
      | ReadonlyMap<PickleInputValue, PickleInputValue>
      | ReadonlySet<PickleInputValue>,
  ): void {
    if (++this.depth > DEEPEST) throw new RangeError(`the value has more than ${DEEPEST} levels`);
    if (value instanceof PickleTuple) this.tuple(value.items);
    else if (isMap(value)) this.batches(EMPTY_DICT, value, SETITEMS, ([key, item]) => this.pair(key, item));
    else if (isSet(value)) this.batches(0x8f, value, 0x90, (item) => this.value(item));
    else this.batches(0x5d, value, 0x65, (item) => this.value(item));
    this.depth--;
  }

  private pair(key: PickleInputValue, value: PickleInputValue): void {
    this.value(key);
    this.value(value);
  }

  private batches<T>(empty: number, items: Iterable<T>, end: number, write: (item: T) => void): void {
    this.bytes.byte(empty);
    let open = 0;
    for (const item of items) {
      if (open++ === 0) this.bytes.byte(MARK);
      write(item);
      if (open < BATCH) continue;
      this.bytes.byte(end);
      open = 0;
    }
    if (open > 0) this.bytes.byte(end);
  }

  private tuple(items: readonly PickleInputValue[]): void {
    if (items.length > 3) this.bytes.byte(MARK);
    for (const item of items) this.value(item);
    this.bytes.byte(items.length === 0 ? 0x29 : items.length > 3 ? 0x74 : 0x84 + items.length);
  }

  private text(text: string): void {
    const known = this.memo.get(text);
    if (known !== undefined) {
      if (known < 256) this.bytes.short(0x68, known);
      else this.bytes.long(0x6a, known);
      return;
    }
    const encoded = Buffer.from(text, 'utf8');
    if (encoded.length < 256) this.bytes.short(0x8c, encoded.length);
    else this.bytes.long(0x58, encoded.length);
    this.bytes.append(encoded);
    if (this.memo.size === LARGEST_MEMO) return;
    this.memo.set(text, this.memo.size);
    this.bytes.byte(0x94); // MEMOIZE
  }

  private binary(value: Uint8Array): void {
    if (value.length < 256) this.bytes.short(0x43, value.length);
    else this.bytes.long(0x42, value.length);
    this.bytes.append(value);
  }

  private number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.float(value);
    else if (!Number.isSafeInteger(value))
      throw new RangeError(`${value} is no exact int: give a bigint or PickleFloat`);
    else if (value >= 0 && value < 256) this.bytes.short(0x4b, value);
    else if (value === (value | 0)) this.bytes.long(0x4a, value);
    else this.int(BigInt(value));
  }

  private int(value: bigint): void {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>= 8n) {
      bytes.push(Number(rest & 255n));
      const sign = bytes[bytes.length - 1] >= 128 ? -1n : 0n;
      if (rest >> 8n === sign) break;
    }
    if (bytes.length > 255) throw new RangeError('the int has more than 255 bytes');
    this.bytes.short(0x8a, bytes.length);
    this.bytes.append(Uint8Array.from(bytes));
  }

  private float(value: number): void {
    const bytes = new Uint8Array(9);
    bytes[0] = 0x47;
    new DataView(bytes.buffer).setFloat64(1, value);
    this.bytes.append(bytes);
  }
}

function isMap(value: object): value is ReadonlyMap<PickleInputValue, PickleInputValue> {
  return value instanceof Map;
}

function isSet(value: object): value is ReadonlySet<PickleInputValue> {
  return value instanceof Set;
}

/** Bytes gathered until they are taken. */
class GrowingBytes {
  length = 0;
  private block = new Uint8Array(FLUSH_BYTES);

  byte(value: number): void {
    this.reserve(1);
    this.block[this.length++] = value;
  }

  /** An opcode and one byte. */
  short(opcode: number, value: number): void {
    this.byte(opcode);
    this.byte(value);
  }

  /** An opcode and four bytes. */
  long(opcode: number, value: number): void {
    this.byte(opcode);
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.block.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Valid until the next write. */
  take(): Uint8Array {
    const taken = this.block.subarray(0, this.length);
    this.length = 0;
    return taken;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.block.length) return;
    const grown = new Uint8Array(Math.max(this.block.length * 2, this.length + count));
    grown.set(this.block.subarray(0, this.length));
    this.block = grown;
  }
}
