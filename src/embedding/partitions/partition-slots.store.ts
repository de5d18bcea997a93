/**
 * The entities' rows in memory: two slots, each with room for a partition, and guests, single rows that a ranking asks about.
 * A partition stands at the end of the first slot or at the start of the second, so that the rows of both join.
 */
import { closeSync } from 'node:fs';
import { bytesOf } from '../../formats/byte-sink.js';
import type { TrainableEmbedding } from '../create-embedding.js';
import { type TableName, tableSize } from '../embedding-model.js';
import type { HeldEmbedding } from '../training/embedding-trainer.js';
import { type EntityPartitions, partitionSize, slotSize } from './entity-partitions.js';
import { type PartitionFiles, readFully } from './partition-files.store.js';
import { firstRow } from './visit-chunks.js';

const ENTITY_TABLES = ['entity', 'entityProjection'] as const;
/** Rows that are written at a time. */
const PART_ROWS = 4096;

/** An array with a row, or a number, for each entity in memory. */
export interface EntityArray {
  readonly table: TableName;
  /** Its values, or what the optimizer remembers of them. */
  readonly isTable: boolean;
  readonly data: Float32Array;
  readonly width: number;
}

export class PartitionSlots {
  private readonly arrays: readonly EntityArray[];
  /** The partition in each slot; -1: none. */
  private inside: [number, number] = [-1, -1];
  private changed = false;

  constructor(
    embedding: TrainableEmbedding,
    private readonly partitions: EntityPartitions,
    private readonly files: PartitionFiles,
  ) {
    this.arrays = entityArrays(embedding);
  }

  /** Brings partitions into the slots; -1 leaves one as it is. */
  load(slots: readonly [number, number]): void {
    const moves = [...slots.entries()].filter(([slot, partition]) => partition >= 0 && partition !== this.inside[slot]);
    // Both are written before any is read: what one slot wants may be in the other.
    for (const [slot] of moves) if (this.changed && this.inside[slot] >= 0) this.write(slot);
    for (const [slot, partition] of moves) {
      this.files.read(partition, this.views(slot, partition));
      this.inside[slot] = partition;
    }
  }

  /** What is in the slots is newer than the files from now on. */
  touch(): void {
    this.changed = true;
  }

  flush(): void {
    if (!this.changed) return;
    for (const slot of [0, 1]) if (this.inside[slot] >= 0) this.write(slot);
    this.changed = false;
  }

  /** The files are what counts from now on. */
  forget(): void {
    this.inside = [-1, -1];
    this.changed = false;
  }

  /** A partition's rows outside the slots: read from its file to be given away, and written when they come back. */
  copyOf(partition: number): Float32Array[] {
    const copies = this.emptyCopy(partition);
    this.files.read(partition, copies);
    return copies;
  }

  emptyCopy(partition: number): Float32Array[] {
    return this.views(0, partition).map(({ length }) => new Float32Array(length));
  }

  /** Puts a partition's first values into its file. @param fill of the rows of one table; the optimizer remembers nothing yet */
  create(partition: number, fill: (table: TableName, rows: Float32Array) => void): void {
    this.forget();
    const views = this.views(0, partition);
    for (const [i, { table, isTable }] of this.arrays.entries()) {
      if (isTable) fill(table, views[i]);
      else views[i].fill(0);
    }
    this.files.write(partition, views);
  }

  /** Changes a partition's values. */
  revise(partition: number, change: (table: TableName, rows: Float32Array) => void): void {
    this.load([partition, -1]);
    const views = this.views(0, partition);
    for (const [i, { table, isTable }] of this.arrays.entries()) if (isTable) change(table, views[i]);
    this.touch();
    this.flush();
  }

  /** Puts the rows of single entities behind the slots. Reads files. @param entities ascending */
  seatGuests(entities: Int32Array): void {
    const { partitionOf, rowOf, count } = this.partitions;
    const first = 2 * slotSize(this.partitions);
    for (let partition = 0; partition < count; partition++) {
      const file = this.files.open(partition);
      try {
        for (const [i, entity] of entities.entries()) {
          if (partitionOf[entity] !== partition) continue;
          for (const { data, width, position } of this.tablesOf(partition)) {
            const row = data.subarray((first + i) * width, (first + i + 1) * width);
            readFully(file, bytesOf(row), position + rowOf[entity] * width * 4);
          }
        }
      } finally {
        closeSync(file);
      }
    }
  }

  /** Rows of a table by id, from the files; undefined when it is not one of entities. */
  parts(name: TableName): Iterable<Float32Array> | undefined {
    const array = this.arrays.find(({ table, isTable }) => isTable && table === name);
    return (
      array &&
      rowsById(this.partitions, this.files, array.width, (p) => {
        return this.tablesOf(p).find(({ table }) => table === name)?.position ?? 0;
      })
    );
  }

  private write(slot: number): void {
    this.files.write(this.inside[slot], this.views(slot, this.inside[slot]));
  }

  private views(slot: number, partition: number): Float32Array[] {
    return slotViews(this.arrays, this.partitions, slot, partition);
  }

  /** Tables and where they begin in a partition's file. */
  private tablesOf(partition: number): (EntityArray & { position: number })[] {
    let position = 0;
    const found: (EntityArray & { position: number })[] = [];
    for (const array of this.arrays) {
      if (array.isTable) found.push({ ...array, position });
      position += partitionSize(this.partitions, partition) * array.width * 4;
    }
    return found;
  }
}

/** A partition's rows in a slot, array by array. */
export function slotViews(
  arrays: readonly EntityArray[],
  partitions: EntityPartitions,
  slot: number,
  partition: number,
): Float32Array[] {
  const from = slot === 0 ? firstRow(partitions, partition) : slotSize(partitions);
  const to = from + partitionSize(partitions, partition);
  return arrays.map(({ data, width }) => data.subarray(from * width, to * width));
}

export function entityArrays({ model, optimizer }: TrainableEmbedding): EntityArray[] {
  return ENTITY_TABLES.flatMap((table) => {
    const data = model.tables[table];
    const state = optimizer.state.get(table);
    if (data === undefined || state === undefined) return [];
    const { rows } = tableSize(model.shape, table);
    const arrays = [data, state.first, state.second].filter((array) => array.length > 0);
    return arrays.map((array) => ({ table, isTable: array === data, data: array, width: array.length / rows }));
  });
}

/** What is left of an embedding without its entities. */
export function relationsOf({ model, optimizer }: TrainableEmbedding): HeldEmbedding {
  const isHeld = ([table]: readonly [string, unknown]) => !ENTITY_TABLES.some((name) => name === table);
  const tables = Object.fromEntries(Object.entries(model.tables).filter(isHeld));
  const state = new Map([...optimizer.state].filter(isHeld));
  return {
    model: { tables },
    optimizer: {
      state,
      get step() {
        return optimizer.step;
      },
      set step(step) {
        optimizer.step = step;
      },
    },
  };
}

/** The rows that a partition's entities have in a trained embedding. Reads all of it. */
export function selectRows(
  { partitionOf }: EntityPartitions,
  partition: number,
  source: Iterable<Float32Array>,
  width: number,
  out: Float32Array,
): void {
  let entity = 0;
  let at = 0;
  for (const part of source) {
    for (let from = 0; from < part.length; from += width, entity++) {
      if (partitionOf[entity] !== partition) continue;
      out.set(part.subarray(from, from + width), at);
      at += width;
    }
  }
}

/** Every partition's rows ascend by id: one pass over each, in turns. */
function* rowsById(
  { partitionOf, entities, count }: EntityPartitions,
  files: PartitionFiles,
  width: number,
  positionOf: (partition: number) => number,
): Generator<Float32Array> {
  const readers = Array.from({ length: count }, (_, p) => ({ file: files.open(p), position: positionOf(p), used: 0 }));
  const blockRows = Math.max(1, Math.floor(PART_ROWS / count));
  const blocks = readers.map(() => new Float32Array(blockRows * width));
  const left = readers.map((_, p) => partitionSize({ count, entities }, p));
  try {
    for (let first = 0; first < entities; first += PART_ROWS) {
      const rows = Math.min(PART_ROWS, entities - first);
      const part = new Float32Array(rows * width);
      for (let i = 0; i < rows; i++) {
        const p = partitionOf[first + i];
        const reader = readers[p];
        if (reader.used % blockRows === 0) {
          const block = blocks[p].subarray(0, Math.min(blockRows, left[p]) * width);
          readFully(reader.file, bytesOf(block), reader.position);
          reader.position += block.byteLength;
          left[p] -= block.length / width;
        }
        const at = (reader.used++ % blockRows) * width;
        part.set(blocks[p].subarray(at, at + width), i * width);
      }
      yield part;
    }
  } finally {
    for (const { file } of readers) closeSync(file);
  }
}
