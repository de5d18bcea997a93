/**
 * NumPy's .npy, the file of DGL-KE's embeddings: reader for versions 1 to 3 with ranges of rows, streaming writer.
 * Format: numpy.lib.format: "\x93NUMPY", two version bytes, header length (2 bytes, from version 2 on 4), a Python
 * dictionary with descr, fortran_order and shape, then the elements. Little-endian, as every platform of Node is.
 */
import { MedgraftError } from '../base/errors.js';
import { type ByteSink, bytesOf } from './byte-sink.js';
import { type ByteSource, openSource, readRange } from './byte-source.js';
import { type NpyHeader, npyError, parseNpyHeader } from './npy-header.js';

export type NpyArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy aligns the data to this. */
const ALIGNMENT = 64;

const DTYPES: Readonly<Record<string, { bytes: number; view: (buffer: ArrayBuffer) => NpyArray }>> = {
  '<f4': { bytes: 4, view: (buffer) => new Float32Array(buffer) },
  '<f8': { bytes: 8, view: (buffer) => new Float64Array(buffer) },
  '<i4': { bytes: 4, view: (buffer) => new Int32Array(buffer) },
  '<i8': { bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
  '|u1': { bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  // Two numbers an element: real, imaginary.
  '<c8': { bytes: 8, view: (buffer) => new Float32Array(buffer) },
};

/** An open .npy file. */
export class NpyFile {
  private constructor(
    private readonly source: ByteSource,
    private readonly header: NpyHeader,
    private readonly dataStart: number,
  ) {}

  /** @throws MedgraftError `formats.npy`, `formats.truncated`, `formats.missing` */
  static async open(path: string): Promise<NpyFile> {
    const source = await openSource(path);
    try {
      return await NpyFile.from(source);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  static async from(source: ByteSource): Promise<NpyFile> {
    const { place } = source;
    const start = await readRange(source, 0, 12);
    const version = start[6];
    if (!MAGIC.every((byte, i) => start[i] === byte)) throw npyError(place, 'this is not a .npy file');
    if (version < 1 || version > 3) throw npyError(place, 'unknown version', '1, 2 or 3', String(version));
    const view = new DataView(start.buffer);
    const headerStart = version === 1 ? 10 : 12;
    const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
    const text = new TextDecoder().decode(await readRange(source, headerStart, length));
    const header = parseNpyHeader(text, place);
    const dataStart = headerStart + length;
    checkData(header, source.size - dataStart, place);
    return new NpyFile(source, header, dataStart);
  }

  get shape(): readonly number[] {
    return this.header.shape;
  }

  /** `<f4`, `<f8`, `<c8`, `<i4`, `<i8` or `|u1`. */
  get dtype(): string {
    return this.header.dtype;
  }

  /** Everything, row-major. */
  all(): Promise<NpyArray> {
    return this.read(
      0,
      this.header.shape.reduce((product, side) => product * side, 1),
    );
  }

  /** Rows [start, start + count) of the first axis, row-major. @throws RangeError outside the array */
  rows(start: number, count: number): Promise<NpyArray> {
    const [height, ...rest] = this.header.shape;
    if (!(start >= 0 && count >= 0 && start + count <= height)) {
      throw new RangeError(`rows ${start}..${start + count} of ${height}`);
    }
    const width = rest.reduce((product, side) => product * side, 1);
    return this.read(start * width, count * width);
  }

  /** Everything as float32. @throws MedgraftError `formats.npy` when the elements are not floating-point numbers */
  async float32(): Promise<Float32Array> {
    const values = await this.all();
    if (values instanceof Float32Array && this.dtype !== '<c8') return values;
    if (values instanceof Float64Array) return Float32Array.from(values);
    throw npyError(this.source.place, 'the elements are not floating-point numbers', '<f4 or <f8', this.dtype);
  }

  /** Everything as real, imaginary, real, imaginary. @throws MedgraftError `formats.npy` when the elements are others */
  async complex64(): Promise<Float32Array> {
    if (this.dtype === '<c8') return (await this.all()) as Float32Array;
    throw npyError(this.source.place, 'the elements are not complex numbers', '<c8', this.dtype);
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async read(first: number, count: number): Promise<NpyArray> {
    const { bytes, view } = DTYPES[this.header.dtype];
    const data = await readRange(this.source, this.dataStart + first * bytes, count * bytes);
    return view(data.buffer as ArrayBuffer);
  }
}

function checkData({ dtype, fortranOrder, shape }: NpyHeader, dataBytes: number, place: string): void {
  if (!Object.hasOwn(DTYPES, dtype)) {
    throw npyError(place, 'unsupported element type', Object.keys(DTYPES).join(', '), dtype);
  }
  if (fortranOrder && shape.length > 1) {
    throw new MedgraftError('input', 'formats.npy', 'the array is in column order', {
      place,
      expected: 'fortran_order False',
      hint: 'save it again with numpy.save(path, numpy.ascontiguousarray(array))',
    });
  }
  const expected = shape.reduce((product, side) => product * side, DTYPES[dtype].bytes);
  if (expected === dataBytes) return;
  throw npyError(place, 'the data does not fit the shape', `${expected} bytes for (${shape})`, `${dataBytes} bytes`);
}

/**
 * Writes a version 1 file with the bytes of `numpy.save`.
 * @param data the whole array, row-major, or its parts in order; all parts of one type
 * @throws RangeError when the parts do not fill the shape
 */
export async function writeNpy(
  sink: ByteSink,
  shape: readonly number[],
  data: Float32Array | Float64Array | Int32Array | Iterable<Float32Array>,
): Promise<void> {
  const parts = ArrayBuffer.isView(data) ? [data] : data;
  const dtype = data instanceof Float64Array ? '<f8' : data instanceof Int32Array ? '<i4' : '<f4';
  await sink.write(npyPrefix(dtype, shape));
  let written = 0;
  for (const part of parts) {
    await sink.write(bytesOf(part));
    written += part.length;
  }
  const length = shape.reduce((product, side) => product * side, 1);
  if (written !== length) throw new RangeError(`${written} elements for shape (${shape})`);
}

/** What stands before the elements, for writers that do not have them at once. */
export function npyPrefix(dtype: '<f4' | '<f8' | '<c8' | '<i4', shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${sides}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const prefix = new Uint8Array(total).fill(0x20);
  prefix.set([...MAGIC, 1, 0]);
  new DataView(prefix.buffer).setUint16(8, total - 10, true);
  prefix.set(new TextEncoder().encode(text), 10);
  prefix[total - 1] = 0x0a;
  return prefix;
}
