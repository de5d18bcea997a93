import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { describeGraphStore } from '../../../../test/contract/graph-store.suite.js';
import { MedgraftError } from '../../../base/errors.js';
import { EmbeddedGraphStore } from './embedded-graph.store.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = () => join(folder, `${files++}.db`);

describeGraphStore('embedded', async () => EmbeddedGraphStore.open(freshPath()));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof MedgraftError ? error.code : String(error);
  }
  return 'none';
}

describe('EmbeddedGraphStore', () => {
  it('has everything in the one file after close', async () => {
    const path = freshPath();
    const store = EmbeddedGraphStore.open(path);
    await store.putEntities([{ key: 'a', name: 'a', types: [], aliases: [] }]);
    await store.close();
    const copy = freshPath();
    copyFileSync(path, copy);
    const again = EmbeddedGraphStore.open(copy);
    expect((await again.counts()).entities).toBe(1);
    await again.close();
  });

  it('refuses a file that is no store, and a folder that is missing', () => {
    const path = freshPath();
    writeFileSync(path, 'head,relation,tail\n'.repeat(100));
    expect(codeOf(() => EmbeddedGraphStore.open(path))).toBe('graph.store-damaged');
    expect(codeOf(() => EmbeddedGraphStore.open(join(folder, 'missing', 'x.db')))).toBe('graph.store-unreadable');
  });

  it('keeps every acknowledged batch when the process is killed', async () => {
    for (const delay of [0, 7, 20]) {
      const path = freshPath();
      const acknowledged = await importUntilKilled(path, delay);
      const store = EmbeddedGraphStore.open(path);
      const { entities, triples } = await store.counts();
      await store.close();
      expect(entities).toBeGreaterThanOrEqual(acknowledged * 50);
      expect(triples).toBeGreaterThanOrEqual(acknowledged * 50);
      expect(entities % 50).toBe(0);
      expect(triples % 50).toBe(0);
    }
  });
});

/** A child imports batch after batch and tells each; it is killed `delay` ms after the third. @returns batches told */
async function importUntilKilled(path: string, delay: number): Promise<number> {
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
