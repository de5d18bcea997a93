import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from './atomic-file.js';
import { createFolderAtomically, removeAbandoned, removeFolderAtomically } from './atomic-folder.js';
import { hashFile } from './content-hash.js';

/** No process has this id: it is above what Linux allows. */
const DEAD = 4_194_305;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomically', () => {
  it('writes text, bytes and streams, and replaces', async () => {
    const path = join(folder, 'a');
    await writeFileAtomically(path, '人参');
    expect(await readFile(path, 'utf8')).toBe('人参');
    await writeFileAtomically(path, Uint8Array.of(1, 2));
    expect([...(await readFile(path))]).toEqual([1, 2]);
    const block = new Uint8Array(300_000).fill(7);
    await writeFileAtomically(path, async (sink) => {
      await sink.write(Uint8Array.of(1));
      await sink.write(block);
      await sink.write(Uint8Array.of(2));
    });
    expect(await readFile(path)).toEqual(Buffer.concat([Uint8Array.of(1), block, Uint8Array.of(2)]));
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('keeps the old file when the writer throws', async () => {
    const path = join(folder, 'a');
    await writeFileAtomically(path, 'old');
    await expect(writeFileAtomically(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a']);
  });
});

describe('createFolderAtomically', () => {
  const fill = (text: string) => (temporary: string) => writeFile(join(temporary, 'x'), text);

  it('refuses a folder that is there, and leaves it alone', async () => {
    const target = join(folder, 'f');
    await createFolderAtomically(target, fill('1'));
    await expect(createFolderAtomically(target, fill('2'))).rejects.toMatchObject({ code: 'disk.exists' });
    expect(await readFile(join(target, 'x'), 'utf8')).toBe('1');
    expect(await readdir(folder)).toEqual(['f']);
  });

  it('replaces when told to', async () => {
    const target = join(folder, 'f');
    await createFolderAtomically(target, fill('1'), { existing: 'replace' });
    await createFolderAtomically(target, fill('2'), { existing: 'replace' });
    expect(await readFile(join(target, 'x'), 'utf8')).toBe('2');
    expect(await readdir(folder)).toEqual(['f']);
  });

  it('serves several writers in one folder at once', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => createFolderAtomically(join(folder, name), fill(name))));
    expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('removeAbandoned', () => {
  it('removes what dead processes left and nothing else', async () => {
    await mkdir(join(folder, `.f.${DEAD}-1.0.tmp`));
    await writeFile(join(folder, `.g.${process.pid}-1.0.tmp`), '');
    const mine = `.h.${process.pid}-${Math.round(performance.timeOrigin)}.0.tmp`;
    await writeFile(join(folder, mine), '');
    await writeFile(join(folder, '.profile.tmp'), '');
    expect(await removeAbandoned(folder)).toHaveLength(2);
    expect((await readdir(folder)).sort()).toEqual([mine, '.profile.tmp']);
  });

  it('gives a folder that was moved aside its name back, unless the successor came', async () => {
    await mkdir(join(folder, `.a.${DEAD}-1.0.old`));
    await mkdir(join(folder, `.b.${DEAD}-1.0.old`));
    await mkdir(join(folder, 'b'));
    await removeAbandoned(folder);
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });
});

describe('removeFolderAtomically', () => {
  it('removes a folder with its files', async () => {
    await createFolderAtomically(join(folder, 'f'), (temporary) => writeFile(join(temporary, 'x'), ''));
    await removeFolderAtomically(join(folder, 'f'));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('hashFile', () => {
  it('gives the SHA-256 of NIST for "abc" and says when there is no file', async () => {
    await writeFile(join(folder, 'abc'), 'abc');
    expect(await hashFile(join(folder, 'abc'))).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    await expect(hashFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'disk.missing' });
  });
});
