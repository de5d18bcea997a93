/**
 * `sources.json` of a linked corpus: the files that its text was prepared from, by name and hash, and their licence, so that
 * whoever has only the linked corpus, or a model trained on it, can say so. Names hold no folder of the machine.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFile } from '../formats/byte-sink.js';
import type { Artefact } from '../runs/artefact.js';
import { systemCode } from '../runs/durable-file-system.js';

const SOURCES_FILE = 'sources.json';

export interface CorpusSources {
  /** Hash of the `corpus.prepare` result. */
  readonly prepared: string;
  readonly licence?: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** @param prepared the result of `corpus.prepare` */
export async function writeCorpusSources(folder: string, { hash, manifest }: Artefact): Promise<void> {
  const { licence, vocabulary } = manifest.settings;
  const texts = manifest.sources.filter(({ path }) => path !== vocabulary);
  const sources: CorpusSources = {
    prepared: hash,
    ...(typeof licence === 'string' && { licence }),
    files: texts.map(({ path, bytes, sha256 }) => ({ name: basename(path), bytes, sha256 })),
  };
  const text = `${JSON.stringify(sources, null, 2)}\n`;
  await writeFile(join(folder, SOURCES_FILE), (sink) => sink.write(new TextEncoder().encode(text)));
}

/** Undefined where a linked corpus has none. */
export async function readCorpusSources(folder: string): Promise<CorpusSources | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, SOURCES_FILE), 'utf8')) as CorpusSources;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
