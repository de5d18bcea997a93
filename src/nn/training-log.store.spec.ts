import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrainingLog } from './training-log.store.js';

let path: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  path = join(folder, 'log.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Logs steps first..last, with an evaluation after every second one. */
async function log(first: number, last: number): Promise<void> {
  const file = await TrainingLog.open(path, first - 1);
  for (let step = first; step <= last; step++) {
    await file.add({ kind: 'step', step, figures: { 'loss.total': 1 / step } });
    if (step % 2 === 0) await file.add({ kind: 'evaluation', step, figures: { loss: step } });
  }
  await file.close();
}

describe('TrainingLog', () => {
  it('is that of an uninterrupted run after a resume', async () => {
    await log(1, 6);
    const whole = await readFile(path, 'utf8');
    await log(4, 6);
    expect(await readFile(path, 'utf8')).toBe(whole);
    await log(7, 7);
    expect((await readFile(path, 'utf8')).startsWith(whole)).toBe(true);
    expect((await readFile(path, 'utf8')).trimEnd().split('\n').length).toBe(10);
  });

  it('cuts a torn last line off', async () => {
    await log(1, 3);
    const whole = await readFile(path, 'utf8');
    await writeFile(path, `${whole}{"kind":"step","step":4,"fig`);
    await log(4, 4);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 2, 3, 4, 4]);
  });

  it('is cut where it has to be, near its end and far from it', async () => {
    await log(1, 2000);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    for (const step of [1990, 1001, 2]) {
      await (await TrainingLog.open(path, step)).close();
      const kept = lines.filter((line) => JSON.parse(line).step <= step);
      expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toEqual(kept);
    }
  });

  it('remembers the first step', async () => {
    const empty = await TrainingLog.open(path, 0);
    expect(await empty.first()).toBeUndefined();
    await empty.close();
    await log(1, 3);
    const again = await TrainingLog.open(path, 3);
    expect(await again.first()).toEqual({ 'loss.total': 1 });
    await again.close();
  });
});
