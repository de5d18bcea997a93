/**
 * The Protocol Buffers wire format without a schema compiler: just what ONNX models and TensorBoard events need.
 * Format: protobuf.dev/programming-guides/encoding. A field is a key (number << 3 | wire type) and a payload of wire
 * type 0 (varint), 1 (8 bytes), 2 (length and bytes) or 5 (4 bytes), all little-endian.
 */
import { MedgraftError } from '../base/errors.js';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const MAXIMUM_VARINT_BYTES = 10;
const LARGEST_FIELD_NUMBER = 536_870_911;

/** Builds one message. Fields appear in the order of the calls; calls can be chained. */
export class ProtobufWriter {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  private used = 0;

  /** int32, int64, uint32, uint64, bool and enum fields; negative numbers take ten bytes as the format demands. */
  varint(field: number, value: number | bigint | boolean): this {
    this.key(field, VARINT);
    this.rawVarint(typeof value === 'boolean' ? Number(value) : value);
    return this;
  }

  fixed32(field: number, value: number): this {
    this.key(field, FIXED32);
    this.reserve(4);
    this.view.setUint32(this.advance(4), value, true);
    return this;
  }

  fixed64(field: number, value: bigint): this {
    this.key(field, FIXED64);
    this.reserve(8);
    this.view.setBigUint64(this.advance(8), BigInt.asUintN(64, value), true);
    return this;
  }

  float(field: number, value: number): this {
    this.key(field, FIXED32);
    this.reserve(4);
    this.view.setFloat32(this.advance(4), value, true);
    return this;
  }

  double(field: number, value: number): this {
    this.key(field, FIXED64);
    this.reserve(8);
    this.view.setFloat64(this.advance(8), value, true);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.key(field, LENGTH_DELIMITED);
    this.rawVarint(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.advance(value.length));
    return this;
  }

  /** The key and the length of bytes that follow from elsewhere. */
  lengthOf(field: number, length: number): this {
    this.key(field, LENGTH_DELIMITED);
    this.rawVarint(length);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A nested message: one already built, or one that `build` fills. */
  message(field: number, content: ProtobufWriter | ((nested: ProtobufWriter) => void)): this {
    if (content instanceof ProtobufWriter) return this.bytes(field, content.finish());
    const nested = new ProtobufWriter();
    content(nested);
    return this.bytes(field, nested.finish());
  }

  /** A packed repeated field of varints, for example `repeated int64`. */
  packedVarints(field: number, values: Iterable<number | bigint>): this {
    const nested = new ProtobufWriter();
    for (const value of values) nested.rawVarint(value);
    return this.bytes(field, nested.finish());
  }

  /** A packed repeated field of floats. */
  packedFloats(field: number, values: ArrayLike<number>): this {
    const length = values.length * 4;
    this.key(field, LENGTH_DELIMITED);
    this.rawVarint(length);
    this.reserve(length);
    const start = this.advance(length);
    for (let i = 0; i < values.length; i++) this.view.setFloat32(start + i * 4, values[i], true);
    return this;
  }

  /** The bytes so far: a view that the next write may invalidate. */
  finish(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  private key(field: number, wireType: number): void {
    if (!Number.isInteger(field) || field < 1 || field > LARGEST_FIELD_NUMBER) {
      throw new RangeError(`field number ${field} is outside 1..${LARGEST_FIELD_NUMBER}`);
    }
    this.rawVarint(field * 8 + wireType);
  }

  private rawVarint(value: number | bigint): void {
    this.reserve(MAXIMUM_VARINT_BYTES);
    if (typeof value === 'bigint' || value < 0) {
      this.rawBigVarint(BigInt(value));
      return;
    }
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    while (value >= 128) {
      this.buffer[this.used++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.buffer[this.used++] = value;
  }

  private rawBigVarint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest >= 128n) {
      this.buffer[this.used++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.buffer[this.used++] = Number(rest);
  }

  private advance(length: number): number {
    this.used += length;
    return this.used - length;
  }

  private reserve(length: number): void {
    if (this.used + length <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.used + length));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** One field as found on the wire. The accessors check the wire type. */
export class ProtobufField {
  constructor(
    readonly number: number,
    readonly wireType: number,
    private readonly payload: Uint8Array,
    private readonly integer: bigint,
    private readonly place: string,
  ) {}

  unsigned(): bigint {
    this.expect(VARINT);
    return this.integer;
  }

  signed(): bigint {
    return BigInt.asIntN(64, this.unsigned());
  }

  bytes(): Uint8Array {
    this.expect(LENGTH_DELIMITED);
    return this.payload;
  }

  /** @throws MedgraftError `formats.protobuf` when the bytes are not UTF-8 */
  string(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes());
    } catch (cause) {
      if (cause instanceof MedgraftError) throw cause;
      throw malformed(this.place, `field ${this.number} is not UTF-8 text`);
    }
  }

  message(): ProtobufReader {
    return new ProtobufReader(this.bytes(), this.place);
  }

  float(): number {
    this.expect(FIXED32);
    return viewOf(this.payload).getFloat32(0, true);
  }

  double(): number {
    this.expect(FIXED64);
    return viewOf(this.payload).getFloat64(0, true);
  }

  fixed32(): number {
    this.expect(FIXED32);
    return viewOf(this.payload).getUint32(0, true);
  }

  fixed64(): bigint {
    this.expect(FIXED64);
    return viewOf(this.payload).getBigUint64(0, true);
  }

  private expect(wireType: number): void {
    if (this.wireType === wireType) return;
    throw malformed(this.place, `field ${this.number} has wire type ${this.wireType}, expected ${wireType}`);
  }
}

/** Iterates the fields of one message without copying payloads. */
export class ProtobufReader implements Iterable<ProtobufField> {
  /** @param place names the source in error messages */
  constructor(
    private readonly data: Uint8Array,
    private readonly place: string,
  ) {}

  /** @throws MedgraftError `formats.protobuf` at a truncated or malformed field */
  *[Symbol.iterator](): Generator<ProtobufField> {
    let offset = 0;
    while (offset < this.data.length) {
      const key = this.varint(offset);
      const number = Number(key.value >> 3n);
      const wireType = Number(key.value & 7n);
      if (number < 1 || number > LARGEST_FIELD_NUMBER) throw malformed(this.place, `field number ${number}`);
      offset = key.end;
      if (wireType === VARINT) {
        const { value, end } = this.varint(offset);
        yield new ProtobufField(number, wireType, this.data.subarray(offset, end), value, this.place);
        offset = end;
      } else {
        const { start, end } = this.payload(offset, wireType);
        yield new ProtobufField(number, wireType, this.data.subarray(start, end), 0n, this.place);
        offset = end;
      }
    }
  }

  private payload(offset: number, wireType: number): { start: number; end: number } {
    if (wireType === FIXED32) return this.range(offset, 4);
    if (wireType === FIXED64) return this.range(offset, 8);
    if (wireType !== LENGTH_DELIMITED) throw malformed(this.place, `wire type ${wireType} at byte ${offset}`);
    const length = this.varint(offset);
    return this.range(length.end, Number(length.value));
  }

  private range(start: number, length: number): { start: number; end: number } {
    if (length > this.data.length - start) throw malformed(this.place, `truncated at byte ${start}`);
    return { start, end: start + length };
  }

  private varint(offset: number): { value: bigint; end: number } {
    let value = 0n;
    for (let i = 0; i < MAXIMUM_VARINT_BYTES; i++) {
      const byte = this.data[offset + i];
      if (byte === undefined) throw malformed(this.place, `truncated at byte ${offset + i}`);
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return { value: BigInt.asUintN(64, value), end: offset + i + 1 };
    }
    throw malformed(this.place, `varint of more than ${MAXIMUM_VARINT_BYTES} bytes at byte ${offset}`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(place: string, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.protobuf', 'the protobuf message is malformed', { place, got });
}
