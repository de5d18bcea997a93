import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../graph/build-snapshot.js';
import { tripleCount } from '../triples.js';
import { type SplitSettings, splitOf } from './held-out.store.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-held-out-'));
afterAll(() => rmSync(root, { recursive: true }));

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const snapshot = buildSnapshot(
  KEYS.map((key) => ({ key, name: key.toUpperCase(), types: [], aliases: [] })),
  KEYS.flatMap((head, i) =>
    ['r', 's'].map((relation, j) => ({ head, relation, tail: KEYS[(i + 1 + j) % KEYS.length] })),
  ),
);
const NONE = { dropUnknown: false, validationShare: 0, testShare: 0, seed: 0 };

function fileOf(name: string, text: string): string {
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

async function split(settings: Partial<SplitSettings>) {
  const { train, valid, test, places, dropped } = await splitOf(snapshot, { ...NONE, ...settings });
  return { train: tripleCount(train), valid, test, places, dropped };
}

describe('splitOf', () => {
  it('takes the triples of the files out of the training, by key or by name', async () => {
    const valid = fileOf('valid.txt', 'a\tr\tb\r\nB\ts\tD\r\n');
    const test = fileOf('test.txt', 'e\tr\ta\n');
    const found = await split({ valid, test });
    expect(found.train).toBe(7);
    expect(found.valid).toEqual({
      heads: Int32Array.of(0, 1),
      relations: Int32Array.of(0, 1),
      tails: Int32Array.of(1, 3),
    });
    expect(found.test.heads).toEqual(Int32Array.of(4));
    expect(found.places).toHaveLength(7);
  });

  it('holds out what the graph does not have, and a repeated line once', async () => {
    const found = await split({ test: fileOf('absent.txt', 'a\tr\te\na\tr\te\n') });
    expect(found.train).toBe(10);
    expect(tripleCount(found.test)).toBe(1);
  });

  it('draws the share that no file gives from the rest', async () => {
    const found = await split({ test: fileOf('one.txt', 'a\tr\tb\n'), validationShare: 0.2 });
    expect(found.train).toBe(8);
    expect(tripleCount(found.valid)).toBe(1);
    expect(new Set(found.places).size).toBe(8);
  });

  it.each([
    ['a\tr\n', 'embedding.held-out-row', 'line 1'],
    ['a,r,b\n', 'embedding.held-out-row', 'line 1'],
    ['a\tr\tb\n\na\tr\tz\n', 'embedding.unknown-name', 'line 3'],
    ['a\tq\tb\n', 'embedding.unknown-name', 'line 1'],
    ['\n', 'embedding.empty-split', 'bad.txt'],
  ])('refuses %j', async (text, code, place) => {
    const promise = split({ valid: fileOf('bad.txt', text) });
    await expect(promise).rejects.toMatchObject({ code, details: { place: expect.stringContaining(place) } });
  });

  it('leaves unknown names out when told to, but not all lines', async () => {
    const test = fileOf('mixed.txt', 'a\tr\tz\na\tr\tb\n');
    expect(await split({ test, dropUnknown: true })).toMatchObject({ dropped: 1, train: 9 });
    const none = fileOf('none.txt', 'a\tr\tz\n');
    await expect(split({ test: none, dropUnknown: true })).rejects.toMatchObject({ code: 'embedding.empty-split' });
  });
});
