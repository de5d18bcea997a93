import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { MemorySource } from './byte-source.js';
import { crc32c } from './crc32c.js';
import { EventFileWriter, eventFileName, readEventFile, readEvents, type ScalarEvent } from './tensorboard.js';

let path: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  path = join(folder, eventFileName(1_700_000_000.5, 'host'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function collect(events: AsyncIterable<ScalarEvent>) {
  const all: [number, number, Record<string, number>][] = [];
  for await (const { wallTime, step, scalars } of events) all.push([wallTime, step, Object.fromEntries(scalars)]);
  return all;
}

async function append(...steps: number[]) {
  const writer = await EventFileWriter.open(path, 1);
  for (const step of steps) await writer.scalars(100 + step, step, { 'train/loss': step / 4, rate: 0.5 });
  await writer.close();
}

describe('crc32c', () => {
  it('gives the published check values', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });
});

describe('event files', () => {
  it('starts as every TensorFlow event file does', async () => {
    await append();
    const bytes = await readFile(path);
    // 24 bytes of data, and the masked checksum of that number.
    expect(bytes.subarray(0, 12).toString('hex')).toBe('1800000000000000a37f4b22');
    expect(bytes.subarray(21, 36).toString('latin1')).toBe('\x1a\x0dbrain.Event:2');
    expect(path).toContain('events.out.tfevents.1700000000.host');
  });

  it('returns the scalars, also over several openings', async () => {
    await append(1, 2);
    await append(3);
    expect(await collect(readEventFile(path))).toEqual([
      [101, 1, { 'train/loss': 0.25, rate: 0.5 }],
      [102, 2, { 'train/loss': 0.5, rate: 0.5 }],
      [103, 3, { 'train/loss': 0.75, rate: 0.5 }],
    ]);
  });

  it.each([1, 5, 12, 20, 40])(
    'reads up to a record torn after %i bytes, and appends after cutting it',
    async (torn) => {
      await append(1);
      const complete = await readFile(path);
      await append(2);
      await writeFile(path, (await readFile(path)).subarray(0, complete.length + torn));
      expect((await collect(readEventFile(path))).map(([, step]) => step)).toEqual([1]);
      await append(3);
      expect((await collect(readEventFile(path))).map(([, step]) => step)).toEqual([1, 3]);
    },
  );

  it('refuses a foreign file and says when there is none', async () => {
    await appendFile(path, 'this is some text, not events');
    await expect(EventFileWriter.open(path, 1)).rejects.toMatchObject({ code: 'formats.tensorboard' });
    await expect(collect(readEventFile(`${path}x`))).rejects.toMatchObject({ code: 'formats.missing' });
  });

  it('notices any flipped bit', async () => {
    await append(1, 2);
    const original = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.nat(7), async (at, bit) => {
        const bytes = Uint8Array.from(original);
        bytes[at] ^= 1 << bit;
        await expect(collect(readEvents(new MemorySource(bytes)))).rejects.toBeInstanceOf(MedgraftError);
      }),
      { numRuns: 1000 },
    );
  });
});
