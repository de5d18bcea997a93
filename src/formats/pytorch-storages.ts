/** Where the storages of a `torch.save` file lie, in both of its layouts, checked against the sizes that the pickle claims. */
import { MedgraftError } from '../base/errors.js';
import { type ByteSource, readRange } from './byte-source.js';
import { readFirstPickle } from './pickle-reader.js';
import type { PickleLimits, PickleValue } from './pickle-value.js';
import { type TorchStorage, torchDialect } from './pytorch-pickle.js';
import { readZipDirectory, storedStart, type ZipDirectory } from './zip-directory.js';

export interface TorchContent {
  /** What was saved; tensors are leaves of it. */
  readonly value: PickleValue;
  /** Key of a storage -> its first byte in the file. */
  readonly starts: ReadonlyMap<string, number>;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** A state dict of a thousand tensors is 100 kB of pickle. */
const LARGEST_PICKLE = 1 << 25;
const LIMITS: PickleLimits = { depth: 16, values: 4_000_000, intBytes: 16 };
const LENGTH_BYTES = 8;

/** @throws MedgraftError `formats.pytorch`, `formats.zip`, and as `readPickle` */
export async function readArchive(source: ByteSource): Promise<TorchContent> {
  const { place } = source;
  const directory = await readZipDirectory(source);
  const pickles = [...directory.entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    const got = pickles.length === 0 ? [...directory.entries.keys()].slice(0, 3).join(', ') : pickles.join(', ');
    throw torchError(place, 'this zip archive is none of torch.save', 'one data.pkl in one folder', got || 'nothing');
  }
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  const order = await entryBytes(source, directory, `${folder}byteorder`, 16);
  if (order !== undefined) assertLittleEndian(Buffer.from(order).toString('latin1').trim() === 'little', place);
  const bytes = (await entryBytes(source, directory, pickles[0], LARGEST_PICKLE)) as Uint8Array;
  const dialect = torchDialect();
  const { value } = readFirstPickle(bytes, `${place}, ${pickles[0]}`, LIMITS, dialect);
  const starts = new Map<string, number>();
  for (const storage of dialect.storages.values()) {
    const entry = directory.entries.get(`${folder}data/${storage.key}`);
    assertBytes(storage, entry?.size, place);
    if (entry !== undefined) starts.set(storage.key, await storedStart(source, directory, entry));
  }
  return { value, starts };
}

/** @throws MedgraftError `formats.pytorch`, `formats.truncated`, and as `readPickle` */
export async function readStream(source: ByteSource): Promise<TorchContent> {
  const { place } = source;
  const bytes = await readRange(source, 0, Math.min(source.size, LARGEST_PICKLE));
  const dialect = torchDialect();
  let end = 0;
  const next = () => {
    const read = readFirstPickle(bytes.subarray(end), `${place}, after byte ${end}`, LIMITS, dialect);
    end += read.end;
    return read.value;
  };
  const [magic, protocol] = [next(), next()];
  if (magic !== MAGIC || protocol !== PROTOCOL) {
    throw torchError(
      place,
      'this pickle is no file of torch.save',
      `protocol ${PROTOCOL}`,
      String(protocol).slice(0, 40),
    );
  }
  const machine = next();
  if (machine instanceof Map) assertLittleEndian(machine.get('little_endian') !== false, place);
  const value = next();
  const keys = next();
  const starts = new Map<string, number>();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === 'string' ? dialect.storages.get(key) : undefined;
    if (storage === undefined)
      throw torchError(place, 'a storage belongs to no tensor', undefined, String(key).slice(0, 40));
    const length = Buffer.from(await readRange(source, end, LENGTH_BYTES)).readBigUInt64LE();
    assertBytes(storage, Number(length) * storage.width, place);
    starts.set(storage.key, end + LENGTH_BYTES);
    end += LENGTH_BYTES + storage.length * storage.width;
  }
  if (end > source.size) throw cut(place, end, source.size);
  for (const storage of dialect.storages.values()) if (!starts.has(storage.key)) assertBytes(storage, undefined, place);
  return { value, starts };
}

export function torchError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  const hint = 'copy or download the file again, or save the model by save_pretrained in Python';
  return new MedgraftError('input', 'formats.pytorch', message, { place, expected, got, hint });
}

async function entryBytes(
  source: ByteSource,
  directory: ZipDirectory,
  name: string,
  largest: number,
): Promise<Uint8Array | undefined> {
  const entry = directory.entries.get(name);
  if (entry === undefined) return undefined;
  const start = await storedStart(source, directory, entry);
  if (entry.size <= largest) return readRange(source, start, entry.size);
  const place = `${source.place}, entry ${JSON.stringify(name)}`;
  throw torchError(
    place,
    'the entry is larger than is allowed here',
    `at most ${largest} bytes`,
    `${entry.size} bytes`,
  );
}

function assertBytes({ key, length, width }: TorchStorage, bytes: number | undefined, place: string): void {
  if (bytes === length * width) return;
  const got = bytes === undefined ? 'no such storage' : `${bytes} bytes`;
  throw torchError(
    `${place}, storage ${key}`,
    'a storage is not as long as its tensors say',
    `${length * width} bytes`,
    got,
  );
}

function assertLittleEndian(isLittle: boolean, place: string): void {
  if (!isLittle) throw torchError(place, 'the numbers are big-endian', 'little-endian numbers', 'big-endian');
}

function cut(place: string, expected: number, size: number): MedgraftError {
  return new MedgraftError('input', 'formats.truncated', 'the file ends too early', {
    place,
    expected: `at least ${expected} bytes`,
    got: `${size} bytes`,
    hint: 'the file was cut: copy or download it again',
  });
}
