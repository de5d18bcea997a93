/**
 * The files of `kg.topk`, one row of neighbours an entity, best first: `offsets.npy` (<i4 [E + 1], row e is offsets[e] ..
 * offsets[e + 1] - 1), `neighbours.npy` (<i4 [S, 3]: entity, relation, direction +1 outgoing or -1 incoming), `scores.npy`
 * (<f8 [S]) and `neighbours.jsonl`. Written row by row in bounded memory. Letters: E entities, S neighbours in all.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { bytesOf, HandleSink } from '../formats/byte-sink.js';
import { type NpyArray, NpyFile, npyPrefix } from '../formats/npy.js';
import type { TopNeighbours } from './neighbours.js';

export const NEIGHBOUR_FILES = {
  offsets: 'offsets.npy',
  neighbours: 'neighbours.npy',
  scores: 'scores.npy',
  lines: 'neighbours.jsonl',
} as const;
/** Numbers of a neighbour: entity, relation, direction. */
const FIELDS = 3;
/** Rows are numbered in int32. */
const MOST_NEIGHBOURS = 2 ** 31 - 1;

export interface NeighbourRow {
  /** [n, 3] entity, relation, direction. */
  readonly neighbours: Int32Array;
  /** [n] */
  readonly scores: Float64Array;
  /** The row for people: what the line of JSON says. */
  readonly line: unknown;
}

export class NeighbourTableWriter {
  private readonly encoder = new TextEncoder();

  private constructor(
    private readonly handles: readonly FileHandle[],
    private readonly neighbours: HandleSink,
    private readonly scores: HandleSink,
    private readonly lines: HandleSink,
  ) {}

  /**
   * @param counts [E] neighbours of each entity
   * @throws MedgraftError `graph.topk-size`
   */
  static async open(folder: string, counts: Uint32Array): Promise<NeighbourTableWriter> {
    const offsets = new Int32Array(counts.length + 1);
    let total = 0;
    for (let e = 0; e < counts.length; e++) {
      total += counts[e];
      if (total > MOST_NEIGHBOURS) throw tooMany();
      offsets[e + 1] = total;
    }
    const handles: FileHandle[] = [];
    const sink = async (file: string, start?: Uint8Array): Promise<HandleSink> => {
      const handle = await open(join(folder, file), 'w');
      handles.push(handle);
      const opened = new HandleSink(handle);
      if (start !== undefined) await opened.write(start);
      return opened;
    };
    const first = await sink(NEIGHBOUR_FILES.offsets, npyPrefix('<i4', [offsets.length]));
    await first.write(bytesOf(offsets));
    await first.flush();
    const neighbours = await sink(NEIGHBOUR_FILES.neighbours, npyPrefix('<i4', [total, FIELDS]));
    const scores = await sink(NEIGHBOUR_FILES.scores, npyPrefix('<f8', [total]));
    return new NeighbourTableWriter(handles, neighbours, scores, await sink(NEIGHBOUR_FILES.lines));
  }

  /** The next entity with neighbours; in the order of ids. */
  async add({ neighbours, scores, line }: NeighbourRow): Promise<void> {
    await this.neighbours.write(bytesOf(neighbours));
    await this.scores.write(bytesOf(scores));
    await this.lines.write(this.encoder.encode(`${JSON.stringify(line)}\n`));
  }

  async finish(): Promise<void> {
    for (const sink of [this.neighbours, this.scores, this.lines]) await sink.flush();
  }

  /** Whether finished or not. */
  async close(): Promise<void> {
    for (const handle of this.handles) await handle.close();
  }
}

/**
 * The first `count` neighbours of every entity from the files of `kg.topk`.
 * @throws MedgraftError `graph.topk`, `formats.missing`, `formats.npy`
 */
export async function loadTopNeighbours(folder: string, entityCount: number, count: number): Promise<TopNeighbours> {
  const offsets = await integers(join(folder, NEIGHBOUR_FILES.offsets));
  const fields = await integers(join(folder, NEIGHBOUR_FILES.neighbours));
  if (offsets.length !== entityCount + 1 || fields.length !== FIELDS * offsets[entityCount]) {
    throw new MedgraftError('conflict', 'graph.topk', 'the chosen neighbours are those of another graph', {
      place: folder,
      expected: `${entityCount} entities`,
      got: `${offsets.length - 1} entities`,
      hint: 'choose them again: medgraft kg topk',
    });
  }
  const top: TopNeighbours = {
    k: count,
    entities: new Uint32Array(entityCount * count),
    relations: new Uint16Array(entityCount * count),
    directions: new Int8Array(entityCount * count),
    counts: new Uint16Array(entityCount),
  };
  for (let e = 0; e < entityCount; e++) {
    top.counts[e] = Math.min(count, offsets[e + 1] - offsets[e]);
    for (let i = 0; i < top.counts[e]; i++) {
      const from = (offsets[e] + i) * FIELDS;
      top.entities[e * count + i] = fields[from];
      top.relations[e * count + i] = fields[from + 1];
      top.directions[e * count + i] = fields[from + 2];
    }
  }
  return top;
}

async function integers(path: string): Promise<Int32Array> {
  const file = await NpyFile.open(path);
  let values: NpyArray;
  try {
    values = await file.all();
  } finally {
    await file.close();
  }
  if (values instanceof Int32Array) return values;
  throw new MedgraftError('input', 'graph.topk', 'this is no table of neighbours', {
    place: path,
    expected: '<i4',
    got: file.dtype,
  });
}

function tooMany(): MedgraftError {
  return new MedgraftError('input', 'graph.topk-size', 'the table of neighbours is too large', {
    expected: `at most ${MOST_NEIGHBOURS} neighbours`,
    hint: 'choose fewer: --count N',
  });
}
