/**
 * A snapshot as a folder: one binary file an array (little endian), names as a UTF-8 block with offsets, and
 * `snapshot.json` with counts and byte lengths, which are checked at load. Reading is one go per array, without parsing.
 */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { bytesOf, writeFile } from '../formats/byte-sink.js';
import { checkSnapshot } from './check-snapshot.js';
import type { Adjacency, GraphSnapshot, NameTable } from './graph-snapshot.js';
import { PackedNames } from './packed-names.js';

const INDEX = 'snapshot.json';
const FORMAT = 1;
/** Linux moves at most 2^31 - 4096 bytes a call. */
const LARGEST_READ = 1 << 30;

const COUNTS = ['entityCount', 'relationCount', 'typeCount', 'tripleCount'] as const;
const DIRECTIONS = ['outgoing', 'incoming'] as const;
const NAME_TABLES = ['entityKeys', 'entityNames', 'relationNames', 'typeNames', 'aliasTexts'] as const;

interface SnapshotIndex {
  format: number;
  counts: Record<(typeof COUNTS)[number], number>;
  /** File -> bytes. */
  files: Record<string, number>;
}

type Arrays = Record<string, ArrayBufferView>;

/** Writes into an existing folder; the caller makes the folder appear atomically. */
export async function writeSnapshot(folder: string, snapshot: GraphSnapshot): Promise<void> {
  const files: Record<string, number> = {};
  for (const [file, array] of Object.entries(arraysOf(snapshot))) {
    files[file] = array.byteLength;
    await writeFile(join(folder, file), (sink) => sink.write(bytesOf(array)));
  }
  const counts = Object.fromEntries(COUNTS.map((name) => [name, snapshot[name]]));
  const index = new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, counts, files }, null, 2)}\n`);
  await writeFile(join(folder, INDEX), (sink) => sink.write(index));
}

/**
 * @throws MedgraftError `graph.snapshot-missing`, `graph.snapshot-format` (of another version) or
 * `graph.snapshot-damaged` (lengths or ids that do not fit)
 */
export function loadSnapshot(folder: string): GraphSnapshot {
  const index = readIndex(folder);
  const bytes = (file: string) => readWhole(join(folder, file), index.files[file]);
  const u32 = (file: string) => new Uint32Array(bytes(file));
  const names = (table: string) => new PackedNames(new Uint8Array(bytes(`${table}.utf8`)), u32(`${table}.offsets.u32`));
  const rows = (direction: string): Adjacency => ({
    offsets: u32(`${direction}.offsets.u32`),
    entities: u32(`${direction}.entities.u32`),
    relations: new Uint16Array(bytes(`${direction}.relations.u16`)),
    weights:
      `${direction}.weights.f32` in index.files ? new Float32Array(bytes(`${direction}.weights.f32`)) : undefined,
  });
  const snapshot: GraphSnapshot = {
    ...index.counts,
    outgoing: rows('outgoing'),
    incoming: rows('incoming'),
    entityKeys: names('entityKeys'),
    entityNames: names('entityNames'),
    relationNames: names('relationNames'),
    typeNames: names('typeNames'),
    entityTypes: new Uint16Array(bytes('entityTypes.u16')),
    aliasOffsets: u32('aliasOffsets.u32'),
    aliasTexts: names('aliasTexts'),
  };
  checkSnapshot(snapshot, folder);
  return snapshot;
}

function arraysOf(snapshot: GraphSnapshot): Arrays {
  const arrays: Arrays = { 'entityTypes.u16': snapshot.entityTypes, 'aliasOffsets.u32': snapshot.aliasOffsets };
  for (const direction of DIRECTIONS) {
    const { offsets, entities, relations, weights } = snapshot[direction];
    arrays[`${direction}.offsets.u32`] = offsets;
    arrays[`${direction}.entities.u32`] = entities;
    arrays[`${direction}.relations.u16`] = relations;
    if (weights) arrays[`${direction}.weights.f32`] = weights;
  }
  for (const table of NAME_TABLES) {
    const packed = packedNames(snapshot[table]);
    arrays[`${table}.utf8`] = packed.bytes;
    arrays[`${table}.offsets.u32`] = packed.offsets;
  }
  return arrays;
}

function packedNames(table: NameTable): PackedNames {
  if (table instanceof PackedNames) return table;
  return PackedNames.from(Array.from({ length: table.length }, (_, id) => table.at(id)));
}

function readIndex(folder: string): SnapshotIndex {
  const path = join(folder, INDEX);
  if (!existsSync(path)) {
    throw new MedgraftError('missing', 'graph.snapshot-missing', 'there is no graph snapshot in this folder', {
      place: path,
      hint: 'run `medgraft kg import` first',
    });
  }
  const index = parseIndex(path);
  if (index.format === FORMAT) return index;
  throw new MedgraftError('conflict', 'graph.snapshot-format', 'the snapshot was written by another version', {
    place: path,
    expected: `format ${FORMAT}`,
    got: `format ${index.format}`,
    hint: 'run `medgraft kg import` again',
  });
}

function parseIndex(path: string): SnapshotIndex {
  try {
    const index = JSON.parse(readFileSync(path, 'utf8')) as SnapshotIndex;
    for (const name of COUNTS) if (!Number.isInteger(index.counts[name])) throw new Error(`counts.${name} is missing`);
    return { ...index, files: { ...index.files } };
  } catch (cause) {
    throw damaged(path, 'a JSON object with format, counts and files', String(cause), cause);
  }
}

function readWhole(path: string, expected: number | undefined): ArrayBuffer {
  if (!existsSync(path)) throw damaged(path, 'a file', 'nothing');
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size !== expected) throw damaged(path, `${expected ?? 'a file named in the index,'} bytes`, `${size} bytes`);
    if (size % elementBytes(path) !== 0) throw damaged(path, `a multiple of ${elementBytes(path)} bytes`, `${size}`);
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const count = readSync(handle, bytes, done, Math.min(LARGEST_READ, size - done), done);
      if (count === 0) throw damaged(path, `${size} bytes`, `${done} bytes`);
      done += count;
    }
    return bytes.buffer;
  } finally {
    closeSync(handle);
  }
}

function elementBytes(path: string): number {
  return path.endsWith('32') ? 4 : path.endsWith('16') ? 2 : 1;
}

function damaged(place: string, expected: string, got: string, cause?: unknown): MedgraftError {
  return new MedgraftError('conflict', 'graph.snapshot-damaged', 'the graph snapshot is damaged', {
    place,
    expected,
    got,
    hint: 'remove this artefact folder and run `medgraft kg import` again',
    cause,
  });
}
