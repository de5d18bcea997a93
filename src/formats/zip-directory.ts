/**
 * The directory of a zip archive, for random access to entries that are stored as they are (APPNOTE.TXT of PKWARE, sections
 * 4.3 to 4.5, with zip64). Nothing is unpacked and no name becomes a path; every size is compared with the file before
 * anything is read.
 */
import { MedgraftError } from '../base/errors.js';
import { type ByteSource, readRange } from './byte-source.js';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** In the archive, and unpacked. */
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

export interface ZipDirectory {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the directory begins, and entries end. */
  readonly start: number;
}

const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff };
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
const END_64 = { signature: 0x06064b50, bytes: 56 };
const RECORD = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const EXTRA_64 = 0x0001;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
const LARGEST_DIRECTORY = 1 << 26;

/** Whether a file begins as archives do. */
export function startsAsZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === LOCAL.signature;
}

/** @throws MedgraftError `formats.zip`, `formats.truncated` */
export async function readZipDirectory(source: ByteSource): Promise<ZipDirectory> {
  const { start, size, count } = await findDirectory(source);
  const view = viewOf(await readRange(source, start, size));
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + RECORD.bytes > size || view.getUint32(at, true) !== RECORD.signature) {
      throw zipError(source.place, 'the directory ends too early', `${count} entries`, `${i}`);
    }
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const end = at + RECORD.bytes + name + extra + comment;
    if (end > size) throw zipError(source.place, `entry ${i} is cut`);
    const entry = readRecord(view, at, name, extra, source.place);
    if (entries.has(entry.name)) throw zipError(source.place, `the entry ${JSON.stringify(entry.name)} is there twice`);
    entries.set(entry.name, entry);
    at = end;
  }
  return { entries, start };
}

/**
 * Where the bytes of a stored entry begin.
 * @throws MedgraftError `formats.zip` for an entry that is packed, encrypted, or does not lie in the archive
 */
export async function storedStart(source: ByteSource, directory: ZipDirectory, entry: ZipEntry): Promise<number> {
  const place = `${source.place}, entry ${JSON.stringify(entry.name)}`;
  if (entry.isEncrypted) throw zipError(place, 'the entry is encrypted');
  if (entry.method !== 0 || entry.packedSize !== entry.size) {
    throw zipError(place, 'the entry is compressed', 'an entry stored as it is', `method ${entry.method}`);
  }
  if (entry.offset + LOCAL.bytes > directory.start) throw zipError(place, 'the entry lies outside the archive');
  const view = viewOf(await readRange(source, entry.offset, LOCAL.bytes));
  if (view.getUint32(0, true) !== LOCAL.signature) throw zipError(place, 'the entry has no header');
  const start = entry.offset + LOCAL.bytes + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.size <= directory.start) return start;
  throw zipError(
    place,
    'the entry lies outside the archive',
    `at most ${Math.max(0, directory.start - start)} bytes`,
    `${entry.size} bytes`,
  );
}

async function findDirectory(source: ByteSource): Promise<{ start: number; size: number; count: number }> {
  const length = Math.min(source.size, END.bytes + END.longestComment);
  const tailStart = source.size - length;
  const tail = viewOf(await readRange(source, tailStart, length));
  let at = length - END.bytes;
  while (at >= 0 && !isEnd(tail, at)) at--;
  if (at < 0) throw zipError(source.place, 'the archive has no directory', undefined, 'the file was cut, or is no zip');
  const end = tailStart + at;
  const plain = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    start: tail.getUint32(at + 16, true),
  };
  const isLarge = plain.count === FULL_16 || plain.size === FULL_32 || plain.start === FULL_32;
  const found = isLarge ? await findLargeDirectory(source, end) : plain;
  const { start, size } = found;
  if (!(Number.isSafeInteger(start) && start + size <= end)) throw zipError(source.place, 'the directory lies outside');
  if (size <= LARGEST_DIRECTORY) return found;
  throw zipError(source.place, 'the directory is too large', `at most ${LARGEST_DIRECTORY} bytes`, `${size} bytes`);
}

async function findLargeDirectory(source: ByteSource, end: number) {
  const lost = () => zipError(source.place, 'the zip64 directory is not where it should be');
  if (end < LOCATOR.bytes) throw lost();
  const locator = viewOf(await readRange(source, end - LOCATOR.bytes, LOCATOR.bytes));
  const at = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(0, true) !== LOCATOR.signature || !(at + END_64.bytes <= end)) throw lost();
  const view = viewOf(await readRange(source, at, END_64.bytes));
  if (view.getUint32(0, true) !== END_64.signature) throw lost();
  const [count, size, start] = [32, 40, 48].map((field) => Number(view.getBigUint64(field, true)));
  return { count, size, start };
}

function isEnd(tail: DataView, at: number): boolean {
  const rest = tail.byteLength - at - END.bytes;
  return tail.getUint32(at, true) === END.signature && tail.getUint16(at + 20, true) === rest;
}

function readRecord(view: DataView, at: number, nameBytes: number, extraBytes: number, place: string): ZipEntry {
  const nameAt = at + RECORD.bytes;
  const name = Buffer.from(view.buffer, view.byteOffset + nameAt, nameBytes).toString('utf8');
  const large = largeFields(view, nameAt + nameBytes, extraBytes);
  const wide = (field: number) => {
    const value = view.getUint32(at + field, true);
    if (value !== FULL_32) return value;
    const next = large.shift();
    if (next === undefined) throw zipError(`${place}, entry ${JSON.stringify(name)}`, 'a size of the entry is missing');
    return next;
  };
  // In the order of the zip64 field: unpacked, packed, offset.
  const size = wide(24);
  const packedSize = wide(20);
  const offset = wide(42);
  const isEncrypted = (view.getUint16(at + 8, true) & 1) === 1;
  return { name, method: view.getUint16(at + 10, true), isEncrypted, packedSize, size, offset };
}

/** The numbers of the zip64 field, in order. */
function largeFields(view: DataView, start: number, bytes: number): number[] {
  for (let at = start; at + 4 <= start + bytes; ) {
    const [kind, size] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (at + 4 + size > start + bytes) return [];
    if (kind === EXTRA_64) {
      return Array.from({ length: Math.min(3, size >> 3) }, (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)));
    }
    at += 4 + size;
  }
  return [];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function zipError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.zip', message, {
    place,
    expected,
    got,
    hint: 'copy or download the file again',
  });
}
