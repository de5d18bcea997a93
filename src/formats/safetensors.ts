/**
 * Reader and writer of safetensors, the weight files of Hugging Face (format: see safetensors-header.ts). The reader
 * fetches one tensor at a time, also straight into a view of WebAssembly memory; the writer streams, and the same tensors
 * give the same bytes, which are those of the reference implementation.
 */
import { MedgraftError } from '../base/errors.js';
import { type ByteSink, bytesOf } from './byte-sink.js';
import { type ByteSource, openSource, readRange } from './byte-source.js';
import { widenBfloat16, widenFloat16 } from './float16.js';
import {
  DTYPE_RANK,
  LARGEST_HEADER,
  LENGTH_BYTES,
  parseHeader,
  type SafetensorsDtype,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsError,
} from './safetensors-header.js';
import type { WeightFile } from './weight-file.js';

export type SafetensorsArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; the element type decides the dtype (F32, F64, I32, I64, U8). */
  readonly data: SafetensorsArray;
}

/** A float32 tensor that is not in memory: its parts, in order. */
export interface StreamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parts: Iterable<Float32Array>;
}

/** An open safetensors file. */
export class SafetensorsFile implements WeightFile {
  private constructor(
    private readonly source: ByteSource,
    private readonly header: SafetensorsHeader,
    private readonly dataStart: number,
  ) {}

  /** @throws MedgraftError `formats.safetensors`, `formats.truncated`, `formats.missing` */
  static async open(path: string): Promise<SafetensorsFile> {
    const source = await openSource(path);
    try {
      return await SafetensorsFile.from(source);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  static async from(source: ByteSource): Promise<SafetensorsFile> {
    const { place, size } = source;
    const prefix = await readRange(source, 0, LENGTH_BYTES);
    const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
    if (length > LARGEST_HEADER || length > size - LENGTH_BYTES) {
      const expected = `at most ${Math.min(LARGEST_HEADER, size - LENGTH_BYTES)} bytes of header`;
      throw safetensorsError(place, 'this is not a safetensors file', expected, `${length} bytes`);
    }
    const dataStart = LENGTH_BYTES + length;
    const header = parseHeader(await readRange(source, LENGTH_BYTES, length), size - dataStart, place);
    return new SafetensorsFile(source, header, dataStart);
  }

  get place(): string {
    return this.source.place;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.header.metadata;
  }

  /** Name -> entry, in the order of the data. */
  get tensors(): ReadonlyMap<string, SafetensorsEntry> {
    return this.header.tensors;
  }

  /** The raw little-endian bytes of a tensor. @throws MedgraftError `formats.tensor-missing` */
  async bytes(name: string): Promise<Uint8Array> {
    const { begin, end } = this.entry(name);
    return readRange(this.source, this.dataStart + begin, end - begin);
  }

  /**
   * A floating-point tensor (F32, F16, BF16, F64) as float32.
   * @param into as long as the tensor; allocated when left out
   * @throws MedgraftError `formats.tensor-missing`, `formats.tensor-type`, `formats.tensor-shape`
   */
  async float32(name: string, into?: Float32Array): Promise<Float32Array> {
    const entry = this.entry(name);
    const target = into ?? new Float32Array(lengthOf(entry.shape));
    if (target.length !== lengthOf(entry.shape)) {
      throw this.mismatch('formats.tensor-shape', entry, `${target.length} elements`, `shape [${entry.shape}]`);
    }
    if (entry.dtype === 'F32') await this.source.read(this.dataStart + entry.begin, bytesOf(target));
    else if (entry.dtype === 'F16') widenFloat16(new Uint16Array((await this.bytes(name)).buffer), target);
    else if (entry.dtype === 'BF16') widenBfloat16(new Uint16Array((await this.bytes(name)).buffer), target);
    else if (entry.dtype === 'F64') target.set(new Float64Array((await this.bytes(name)).buffer));
    else throw this.mismatch('formats.tensor-type', entry, 'F32, F16, BF16 or F64', entry.dtype);
    return target;
  }

  async int32(name: string): Promise<Int32Array> {
    return new Int32Array((await this.typedBytes(name, 'I32')).buffer);
  }

  async int64(name: string): Promise<BigInt64Array> {
    return new BigInt64Array((await this.typedBytes(name, 'I64')).buffer);
  }

  uint8(name: string): Promise<Uint8Array> {
    return this.typedBytes(name, 'U8');
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private typedBytes(name: string, dtype: SafetensorsDtype): Promise<Uint8Array> {
    const entry = this.entry(name);
    if (entry.dtype !== dtype) throw this.mismatch('formats.tensor-type', entry, dtype, entry.dtype);
    return this.bytes(name);
  }

  private entry(name: string): SafetensorsEntry {
    const entry = this.header.tensors.get(name);
    if (entry) return entry;
    throw new MedgraftError('missing', 'formats.tensor-missing', `there is no tensor ${JSON.stringify(name)}`, {
      place: this.source.place,
      got: `${this.tensors.size} tensors: ${[...this.tensors.keys()].slice(0, 5).join(', ')}, ...`,
    });
  }

  private mismatch(code: string, entry: SafetensorsEntry, expected: string, got: string): MedgraftError {
    const place = `${this.source.place}, tensor ${JSON.stringify(entry.name)}`;
    return new MedgraftError('input', code, 'the tensor does not fit', { place, expected, got });
  }
}

/**
 * Writes tensors by dtype, then name (as the reference does), with the header padded so that the data is 8-byte aligned.
 * The arrays are written as they are, without a copy.
 * @throws RangeError when a name occurs twice or a shape does not fit its data, or the parts
 */
export async function writeSafetensors(
  sink: ByteSink,
  tensors: readonly (NamedTensor | StreamedTensor)[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ordered = [...tensors].sort(byDtypeThenName);
  const header = headerBytes(ordered, metadata);
  const prefix = new DataView(new ArrayBuffer(LENGTH_BYTES));
  prefix.setBigUint64(0, BigInt(header.length), true);
  await sink.write(bytesOf(prefix));
  await sink.write(header);
  for (const tensor of ordered) {
    if ('data' in tensor) await sink.write(bytesOf(tensor.data));
    else await writeParts(sink, tensor);
  }
}

async function writeParts(sink: ByteSink, { name, shape, parts }: StreamedTensor): Promise<void> {
  let written = 0;
  for (const part of parts) {
    await sink.write(bytesOf(part));
    written += part.length;
  }
  if (written !== lengthOf(shape)) throw new RangeError(`${name}: shape [${shape}] against ${written} elements`);
}

function headerBytes(
  tensors: readonly (NamedTensor | StreamedTensor)[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const parts: string[] = [];
  if (Object.keys(metadata).length > 0) parts.push(`"__metadata__":${JSON.stringify(sortedByKey(metadata))}`);
  const names = new Set<string>(['__metadata__']);
  let offset = 0;
  for (const tensor of tensors) {
    const { name, shape } = tensor;
    if (names.has(name)) throw new RangeError(`tensor name ${name} is taken`);
    if ('data' in tensor && lengthOf(shape) !== tensor.data.length)
      throw new RangeError(`${name}: shape [${shape}] against ${tensor.data.length} elements`);
    names.add(name);
    const bytes = 'data' in tensor ? tensor.data.byteLength : lengthOf(shape) * 4;
    const end = offset + bytes;
    const description = { dtype: dtypeOf(tensor), shape, data_offsets: [offset, end] };
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(description)}`);
    offset = end;
  }
  const text = new TextEncoder().encode(`{${parts.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  if (padded.length > LARGEST_HEADER) throw new RangeError(`a header of ${padded.length} bytes`);
  return padded;
}

function byDtypeThenName(a: NamedTensor | StreamedTensor, b: NamedTensor | StreamedTensor): number {
  const rank = (tensor: NamedTensor | StreamedTensor) => DTYPE_RANK.get(dtypeOf(tensor)) ?? 0;
  return rank(b) - rank(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function dtypeOf(tensor: NamedTensor | StreamedTensor): SafetensorsDtype {
  if (!('data' in tensor) || tensor.data instanceof Float32Array) return 'F32';
  const { data } = tensor;
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  return data instanceof BigInt64Array ? 'I64' : 'U8';
}

function sortedByKey(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
