/**
 * The header of a safetensors file and its checks. Format: github.com/huggingface/safetensors, README "Format": 8 bytes
 * little-endian header length, at most 100 MB of JSON `{name: {dtype, shape, data_offsets}, __metadata__: {text: text}}`,
 * then the data without gaps or overlaps.
 */
import { MedgraftError } from '../base/errors.js';
import { duplicateKey } from './json-keys.js';

/** In the order of the reference implementation: its writer puts the later ones first. */
const DTYPES = [
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['F64', 8],
  ['I64', 8],
  ['U64', 8],
] as const;

export type SafetensorsDtype = (typeof DTYPES)[number][0];

export const BYTES_PER_ELEMENT: ReadonlyMap<string, number> = new Map(DTYPES);
export const DTYPE_RANK: ReadonlyMap<string, number> = new Map(DTYPES.map(([name], rank) => [name, rank]));

export const LENGTH_BYTES = 8;
export const LARGEST_HEADER = 100_000_000;

export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Bytes from the start of the data: [begin, end). */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * @param bytes the JSON part
 * @param dataBytes how many bytes follow it
 * @throws MedgraftError `formats.safetensors`
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, place: string): SafetensorsHeader {
  const header = parseJson(bytes, place);
  const metadata = new Map<string, string>();
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.push(parseEntry(name, value, place));
    else for (const [key, text] of metadataEntries(value, place)) metadata.set(key, text);
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataBytes, place);
  return { tensors: new Map(entries.map((entry) => [entry.name, entry])), metadata };
}

export function safetensorsError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.safetensors', message, { place, expected, got });
}

function parseJson(bytes: Uint8Array, place: string): object {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw new MedgraftError('input', 'formats.safetensors', 'the header is not JSON in UTF-8', { place, cause });
  }
  if (!isRecord(header) || !text.startsWith('{')) throw safetensorsError(place, 'the header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) throw safetensorsError(place, `the header has the key ${JSON.stringify(twice)} twice`);
  return header;
}

function metadataEntries(value: unknown, place: string): [string, string][] {
  if (!isRecord(value)) throw safetensorsError(place, '__metadata__ is not an object');
  return Object.entries(value).map(([key, text]) => {
    if (typeof text !== 'string') throw safetensorsError(place, `__metadata__ ${JSON.stringify(key)} is not text`);
    return [key, text];
  });
}

function parseEntry(name: string, value: unknown, place: string): SafetensorsEntry {
  const where = `${place}, tensor ${JSON.stringify(name)}`;
  if (!isRecord(value)) throw safetensorsError(where, 'the tensor is not described by an object');
  const { dtype, shape, data_offsets: offsets } = value;
  const width = typeof dtype === 'string' ? BYTES_PER_ELEMENT.get(dtype) : undefined;
  if (width === undefined) {
    throw safetensorsError(where, 'unknown dtype', [...BYTES_PER_ELEMENT.keys()].join(', '), JSON.stringify(dtype));
  }
  if (!isSizes(shape))
    throw safetensorsError(where, 'the shape is not a list of sizes', undefined, JSON.stringify(shape));
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw safetensorsError(where, 'data_offsets is not [begin, end]', undefined, JSON.stringify(offsets));
  }
  const [begin, end] = offsets;
  const bytes = shape.reduce((product, side) => product * side, width);
  if (end - begin !== bytes) {
    throw safetensorsError(where, 'shape and data_offsets disagree', `${bytes} bytes`, `${end - begin} bytes`);
  }
  return { name, dtype: dtype as SafetensorsDtype, shape, begin, end };
}

function checkCoverage(entries: readonly SafetensorsEntry[], dataBytes: number, place: string): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the one before it' : 'leaves a gap before it';
      throw safetensorsError(`${place}, tensor ${JSON.stringify(name)}`, `the data ${what}`, `${covered}`, `${begin}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw safetensorsError(
      place,
      'the data is longer or shorter than the header says',
      `${covered} bytes`,
      `${dataBytes} bytes`,
    );
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
