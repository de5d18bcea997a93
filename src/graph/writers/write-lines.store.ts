/**
 * What all text exports share: blocks of records of a store become lines of a file, with progress and with an ear for the
 * signal between blocks.
 */
import { join } from 'node:path';
import { throwIfCancelled } from '../../base/errors.js';
import { writeFile } from '../../formats/byte-sink.js';
import { openTextSink } from '../../formats/gzip-sink.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { GraphStore } from '../graph-store.js';

/** A graph that is written out; entities and triples can be gone through more than once. */
export type ExportedGraph = Pick<GraphStore, 'entities' | 'triples' | 'counts' | 'sources'>;

export interface ExportOptions {
  /** Cells that spreadsheets would run are escaped, also where the usual reader is none. */
  escapeFormulas: boolean;
}

export interface ExportResult {
  /** Of a `mapping.yaml` beside the files by which they are imported again. */
  mapping: Record<string, unknown>;
  /** What the files cannot hold. */
  lost?: string;
}

export type ExportGraph = (
  graph: ExportedGraph,
  context: Pick<StageContext, 'folder' | 'signal'>,
  options: ExportOptions,
) => AsyncGenerator<StageEvent, ExportResult>;

export interface LineFile<T> {
  /** Name within the folder; packed where it ends in `.gz`. */
  name: string;
  /** With its end. */
  header?: string;
  blocks: AsyncIterable<T[]>;
  /** Without its end; undefined for a record that stands in another file. */
  line(record: T): string | undefined;
  phase: string;
  total: number;
}

/** @returns lines written, without the header @throws MedgraftError `run.cancelled` */
export async function* writeLines<T>(
  { name, header = '', blocks, line, phase, total }: LineFile<T>,
  { folder, signal }: Pick<StageContext, 'folder' | 'signal'>,
): AsyncGenerator<StageEvent, number> {
  const encoder = new TextEncoder();
  const sink = await openTextSink(join(folder, name));
  let done = 0;
  let written = 0;
  try {
    await sink.write(encoder.encode(header));
    for await (const block of blocks) {
      throwIfCancelled(signal);
      let text = '';
      for (const record of block) {
        const found = line(record);
        if (found === undefined) continue;
        text += `${found}\n`;
        written++;
      }
      await sink.write(encoder.encode(text));
      done += block.length;
      yield { kind: 'progress', phase, done, total, unit: 'rows' };
    }
  } finally {
    await sink.close();
  }
  return written;
}

/** A small file, such as a header. */
export async function writeText({ folder }: Pick<StageContext, 'folder'>, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), (sink) => sink.write(new TextEncoder().encode(text)));
}
