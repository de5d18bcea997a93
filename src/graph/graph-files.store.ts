/**
 * A graph as the files of its artefact: the snapshot and `graph.db`. Written by every stage that makes a graph; the store file
 * is filled in the scratch folder, where a killed attempt is gone on with.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import type { StageContext, StageEvent, StageFigures } from '../runs/stage.js';
import type { GraphBuilder } from './graph-builder.js';
import type { GraphContent } from './graph-content.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { GraphStore } from './graph-store.js';
import { writeSnapshot } from './snapshot-file.js';
import { EmbeddedGraphStore } from './store/embedded/embedded-graph.store.js';
import { writeEmbeddedGraph } from './store/embedded/write-embedded-graph.store.js';
import { hashContent } from './store/graph-hash.js';

export const STORE_FILE = 'graph.db';

/** @returns the counts of the graph and its content hash, for the manifest */
export async function* writeGraphFiles(
  content: GraphContent,
  { folder, scratch, signal }: Pick<StageContext, 'folder' | 'scratch' | 'signal'>,
): AsyncGenerator<StageEvent, StageFigures> {
  const { snapshot } = content;
  yield { kind: 'progress', phase: 'snapshot', done: 0, total: 1, unit: 'files' };
  await writeSnapshot(folder, snapshot);
  throwIfCancelled(signal);
  const contentHash = hashContent(content);
  yield { kind: 'progress', phase: 'snapshot', done: 1, total: 1, unit: 'files' };
  const unfinished = join(await scratch(), STORE_FILE);
  yield* writeEmbeddedGraph(unfinished, content, { contentId: contentIdOf(contentHash, content), signal });
  await rename(unfinished, join(folder, STORE_FILE));
  return {
    entities: snapshot.entityCount,
    triples: snapshot.tripleCount,
    relations: snapshot.relationCount,
    types: snapshot.typeCount,
    aliases: snapshot.aliasTexts.length,
    selfLoops: countSelfLoops(snapshot),
    sources: content.sources.map(({ name }) => name).join(', '),
    contentHash,
  };
}

/** All that the sources of a graph told, into a builder. @param folder of the graph's artefact */
export async function readGraphFiles(folder: string, builder: GraphBuilder): Promise<void> {
  const store = EmbeddedGraphStore.open(join(folder, STORE_FILE));
  try {
    await readStore(store, builder);
  } finally {
    await store.close();
  }
}

/** The same from any store. */
export async function readStore(store: GraphStore, builder: GraphBuilder): Promise<void> {
  const sources = await store.sources();
  for (const [source, record] of sources.entries()) {
    builder.beginSource(record);
    for await (const block of store.entitiesOfSource(source)) for (const entity of block) builder.addEntity(entity);
  }
  // A triple may name an entity that another source tells of, so all entities are there first.
  for (const [source, record] of sources.entries()) {
    builder.beginSource(record);
    for await (const block of store.triplesOfSource(source)) for (const triple of block) builder.addTriple(triple);
  }
}

/** The hash does not know of sources, the file does. */
function contentIdOf(contentHash: string, { sources }: GraphContent): string {
  return JSON.stringify([contentHash, sources]);
}

/** Triples whose head is their tail. */
function countSelfLoops({ entityCount, outgoing }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    for (let i = outgoing.offsets[e]; i < outgoing.offsets[e + 1]; i++) if (outgoing.entities[i] === e) count++;
  }
  return count;
}
