import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { describeGraphStore } from '../../../../test/contract/graph-store.suite.js';
import { ringContent } from '../../../../test/support/ring-graph.js';
import { MedgraftError } from '../../../base/errors.js';
import { GraphBuilder } from '../../graph-builder.js';
import { hashContent, hashGraph } from '../graph-hash.js';
import { EmbeddedGraphStore } from './embedded-graph.store.js';
import { writeEmbeddedGraph } from './write-embedded-graph.store.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = () => join(folder, `${files++}.db`);
const { signal } = new AbortController();

describeGraphStore('embedded', async (content) => {
  const path = freshPath();
  for await (const _ of writeEmbeddedGraph(path, content, { contentId: 'x', signal }));
  return EmbeddedGraphStore.open(path);
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof MedgraftError ? error.code : String(error);
  }
  return 'none';
}

describe('EmbeddedGraphStore', () => {
  it('has everything in the one file', async () => {
    const path = freshPath();
    const content = ringContent(new GraphBuilder());
    for await (const _ of writeEmbeddedGraph(path, content, { contentId: 'x', signal }));
    expect(readdirSync(folder).filter((name) => name.startsWith(`${files - 1}.db`))).toHaveLength(1);
    const copy = freshPath();
    copyFileSync(path, copy);
    const again = EmbeddedGraphStore.open(copy);
    expect(await again.counts()).toEqual({ entities: 60_000, triples: 60_000, relations: 1, types: 1 });
    await again.close();
  });

  it('refuses a file that is no store, one that is missing, and one that is not complete', async () => {
    const path = freshPath();
    writeFileSync(path, 'head,relation,tail\n'.repeat(100));
    expect(codeOf(() => EmbeddedGraphStore.open(path))).toBe('graph.store-damaged');
    expect(codeOf(() => EmbeddedGraphStore.open(join(folder, 'missing', 'x.db')))).toBe('graph.store-missing');
    const unfinished = freshPath();
    const writing = writeEmbeddedGraph(unfinished, ringContent(new GraphBuilder()), { contentId: 'x', signal });
    await writing.next();
    await writing.return();
    expect(codeOf(() => EmbeddedGraphStore.open(unfinished))).toBe('graph.store-incomplete');
  });

  it('goes on after a kill, does no step twice, and holds the same graph', async () => {
    const content = ringContent(new GraphBuilder());
    for (const delay of [0, 5, 15]) {
      const path = freshPath();
      const told = await writeUntilKilled(path, delay);
      const rest: unknown[] = [];
      for await (const event of writeEmbeddedGraph(path, content, { contentId: 'ring', signal })) rest.push(event);
      expect(rest.length).toBeLessThanOrEqual(8 - told);
      const store = EmbeddedGraphStore.open(path);
      expect(await hashGraph(store.entities(), store.triples())).toBe(hashContent(content));
      await store.close();
    }
  });

  it('writes anew what another content left unfinished', async () => {
    const path = freshPath();
    const content = ringContent(new GraphBuilder());
    const other = writeEmbeddedGraph(path, content, { contentId: 'other', signal });
    await other.next();
    await other.return();
    let steps = 0;
    for await (const _ of writeEmbeddedGraph(path, content, { contentId: 'ring', signal })) steps++;
    expect(steps).toBe(8);
  });
});

/** A child writes step after step and tells each; it is killed `delay` ms after the third. @returns steps told */
async function writeUntilKilled(path: string, delay: number): Promise<number> {
  const loader = new URL('../../../../test/support/typescript-loader.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('../../../../test/support/store-import-loop.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let told = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const before = told;
    told += chunk.toString().split('\n').length - 1;
    if (before < 3 && told >= 3) setTimeout(() => child.kill('SIGKILL'), delay);
  });
  await closed;
  expect(told).toBeGreaterThanOrEqual(3);
  return told;
}
