import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { CounterRandom } from '../base/random.js';
import { writeFileAtomically } from './atomic-file.js';
import { removeAbandoned } from './atomic-folder.js';
import { latestCheckpoint, listCheckpoints, writeCheckpoint } from './checkpoint-folder.js';
import { type DurableFileSystem, type DurableHandle, NODE_FILE_SYSTEM } from './durable-file-system.js';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rm(run, { recursive: true, force: true }));

const write = (text: string) => async (folder: string) => {
  await writeFile(join(folder, 'model.bin'), text);
  await writeFile(join(folder, 'state.json'), JSON.stringify({ text }));
};
const steps = async () => (await listCheckpoints(run)).map(({ step }) => step);

describe('writeCheckpoint', () => {
  it('keeps the newest and the best', async () => {
    for (const step of [1, 2, 3, 10]) await writeCheckpoint(run, step, write(`${step}`), 2, { best: 1 });
    expect(await steps()).toEqual([10, 3, 1]);
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(10);
  });

  it('replaces one of the same step', async () => {
    await writeCheckpoint(run, 5, write('old'), 3);
    await writeCheckpoint(run, 5, write('new'), 3);
    expect(await readFile(join(run, 'checkpoint-5', 'model.bin'), 'utf8')).toBe('new');
    expect(await readdir(run)).toEqual(['checkpoint-5']);
  });

  it('leaves nothing when the writer throws', async () => {
    const failing = writeCheckpoint(run, 1, () => Promise.reject(new Error('no')), 1);
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(run)).toEqual([]);
  });
});

describe('latestCheckpoint', () => {
  it('finds none in an empty or missing folder', async () => {
    expect((await latestCheckpoint(run)).checkpoint).toBeUndefined();
    expect((await latestCheckpoint(join(run, 'absent'))).checkpoint).toBeUndefined();
  });

  it.each([
    ['without its record', (folder: string) => rm(join(folder, 'checkpoint.json')), 'cannot be read'],
    ['with a lost file', (folder: string) => rm(join(folder, 'model.bin')), 'model.bin is missing'],
    ['with a cut file', (folder: string) => writeFile(join(folder, 'model.bin'), 'x'), 'bytes'],
    ['with a stray file', (folder: string) => writeFile(join(folder, 'stray'), 'x'), 'stray was not recorded'],
  ])('passes over one %s and says why', async (_, damage, reason) => {
    await writeCheckpoint(run, 1, write('good'), 3);
    await writeCheckpoint(run, 2, write('good too'), 3);
    await damage(join(run, 'checkpoint-2'));
    const { checkpoint, skipped } = await latestCheckpoint(run);
    expect(checkpoint?.step).toBe(1);
    expect(skipped[0].reason).toContain(reason);
  });

  it('notices every flipped bit', async () => {
    await writeCheckpoint(run, 2, write('weights'), 1);
    const random = new CounterRandom(1, 'flip');
    for (const file of ['model.bin', 'state.json', 'checkpoint.json']) {
      const path = join(run, 'checkpoint-2', file);
      const bytes = await readFile(path);
      for (let i = 0; i < 100; i++) {
        const altered = Uint8Array.from(bytes);
        altered[random.below(bytes.length, i, 0)] ^= 1 << random.below(8, i, 1);
        await writeFile(path, altered);
        expect((await latestCheckpoint(run)).checkpoint, `${file} flip ${i}`).toBeUndefined();
      }
      await writeFile(path, bytes);
    }
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(2);
  });
});

/** The real file system, but call number `failing` (writes, syncs, renames, creations) fails, as do all after it. */
function failingFileSystem(failing: number, code: string, short = false) {
  let calls = 0;
  const count = () => {
    if (++calls >= failing) throw Object.assign(new Error(code), { code });
  };
  const wrap = (handle: DurableHandle): DurableHandle => ({
    write: async (buffer, offset, length) => {
      count();
      return handle.write(buffer, offset, short ? Math.min(length, 3) : length);
    },
    sync: async () => {
      count();
      return handle.sync();
    },
    close: () => handle.close(),
  });
  const fileSystem: DurableFileSystem = {
    ...NODE_FILE_SYSTEM,
    open: async (path, flags) => {
      count();
      return wrap(await NODE_FILE_SYSTEM.open(path, flags));
    },
    makeFolder: async (path) => {
      count();
      return NODE_FILE_SYSTEM.makeFolder(path);
    },
    rename: async (from, to) => {
      count();
      return NODE_FILE_SYSTEM.rename(from, to);
    },
  };
  return { fileSystem, calls: () => calls };
}

describe('a failing disk', () => {
  it.each([
    ['ENOSPC', 'disk.full'],
    ['EIO', 'disk.write'],
  ])('with %s at the n-th call, for every n, leaves a loadable checkpoint', async (code, expected) => {
    for (let failing = 1; ; failing++) {
      await rm(run, { recursive: true, force: true });
      await NODE_FILE_SYSTEM.makeFolder(run);
      await writeCheckpoint(run, 1, write('old'), 1);
      const { fileSystem, calls } = failingFileSystem(failing, code, true);
      const fill = async (folder: string) => {
        await writeFileAtomically(join(folder, 'model.bin'), 'twelve bytes', fileSystem);
      };
      const outcome = await writeCheckpoint(run, 2, fill, 1, { fileSystem }).catch((error: unknown) => error);
      const { checkpoint, skipped } = await latestCheckpoint(run);
      expect(checkpoint, `call ${failing}`).toBeDefined();
      expect(skipped).toEqual([]);
      expect((await readdir(run)).filter((name) => name.startsWith('.'))).toEqual([]);
      if (calls() < failing) {
        expect(checkpoint?.step).toBe(2);
        expect(failing).toBeGreaterThan(8);
        return;
      }
      expect(outcome).toBeInstanceOf(MedgraftError);
      expect((outcome as MedgraftError).code).toBe(expected);
      expect((outcome as MedgraftError).details.place).toContain(run);
    }
  });

  it('puts the old one back when its successor of the same step cannot take its name', async () => {
    await writeCheckpoint(run, 1, write('old'), 1);
    let renames = 0;
    const fileSystem: DurableFileSystem = {
      ...NODE_FILE_SYSTEM,
      rename: async (from, to) => {
        if (++renames === 2) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return NODE_FILE_SYSTEM.rename(from, to);
      },
    };
    await expect(writeCheckpoint(run, 1, write('new'), 1, { fileSystem })).rejects.toThrow(MedgraftError);
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(1);
    expect(await readFile(join(run, 'checkpoint-1', 'model.bin'), 'utf8')).toBe('old');
  });
});

describe('a killed process', () => {
  it('never leaves a torn checkpoint, nor loses a reported one', async () => {
    const random = new CounterRandom(3, 'kill');
    const program = fileURLToPath(new URL('../../test/support/checkpoint-loop.ts', import.meta.url));
    const loader = new URL('../../test/support/typescript-loader.mjs', import.meta.url).href;
    let reported = 0;
    for (let kill = 0; kill < 20; kill++) {
      const child = fork(program, [run, String(reported)], { execArgv: ['--import', loader] });
      const exited = once(child, 'exit');
      let messages = 0;
      const first = once(child, 'message');
      child.on('message', (step) => {
        messages++;
        reported = Number(step);
      });
      await first;
      await sleep(random.below(40, kill, 0));
      child.kill('SIGKILL');
      await exited;
      await removeAbandoned(run);
      const { checkpoint, skipped } = await latestCheckpoint(run);
      expect(skipped).toEqual([]);
      expect(messages).toBeGreaterThan(0);
      expect(checkpoint?.step).toBeGreaterThanOrEqual(reported);
      expect((await readdir(run)).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });
});
