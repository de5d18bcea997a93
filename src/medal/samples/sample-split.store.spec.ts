import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adamLines } from '../../formats/adam-table.js';
import { openSampleSet } from './open-samples.store.js';
import { SampleSplit } from './sample-split.store.js';
import { SampleSplitWriter, type SplitText, type SplitWriterOptions } from './sample-split-writer.store.js';

const TEXTS: SplitText[] = [
  { id: '12', text: 'the CT of the µm-wide lesion', samples: [{ location: 1, class: 3 }] },
  { id: 'PMC 7', text: 'MS', original: 'mass spectrometry', samples: [{ location: 0, class: 0 }] },
  { id: '', text: 'nothing here', samples: [] },
  {
    id: '99',
    text: 'CT CT 心 CT',
    samples: [
      { location: 0, class: 1 },
      { location: 3, class: 4 },
    ],
  },
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(options: Partial<SplitWriterOptions> = {}, name = 'train'): Promise<string> {
  const writer = new SampleSplitWriter(join(folder, name), { classes: 5, ...options });
  for (const text of TEXTS) writer.add(text);
  await writer.finish();
  return join(folder, name);
}

describe('a split of a sample set', () => {
  it.each([1 << 20, 40, 1])('gives back every text and its samples, from shards of %i bytes', async (shardBytes) => {
    const split = await SampleSplit.open(await written({ shardBytes }));
    expect([split.texts, split.samples]).toEqual([4, 4]);
    for (const number of [3, 0, 2, 1]) {
      expect(split.text(number)).toBe(TEXTS[number].text);
      expect(split.id(number)).toBe(TEXTS[number].id);
      expect(split.original(number)).toBe(TEXTS[number].original ?? '');
    }
    expect([...split.wordCounts]).toEqual([6, 1, 2, 4]);
    expect([...split.sampleStarts]).toEqual([0, 1, 2, 2, 4]);
    expect([...split.locations]).toEqual([1, 0, 0, 3]);
    expect([...split.classes]).toEqual([3, 0, 1, 4]);
    expect(() => split.text(4)).toThrow(RangeError);
    split.close();
  });

  it('is the same when a second writer goes on from where the first one was', async () => {
    const whole = await written({ shardBytes: 40 });
    const parts = join(folder, 'parts');
    const first = new SampleSplitWriter(parts, { classes: 5, shardBytes: 40 });
    first.add(TEXTS[0]);
    first.add(TEXTS[1]);
    const from = JSON.parse(JSON.stringify(first.progress()));
    // What came after is lost with the process, whether it reached the disk or not.
    first.add(TEXTS[3]);
    first.progress();
    first.abandon();
    const second = new SampleSplitWriter(parts, { classes: 5, shardBytes: 40, from });
    for (const text of TEXTS.slice(2)) second.add(text);
    await second.finish();
    for (const name of ['samples.json', 'texts.bin', 'samples.bin', 'shard-00000.bin', 'shard-00001.bin']) {
      expect(await readFile(join(parts, name)), name).toEqual(await readFile(join(whole, name)));
    }
  });

  it('refuses samples that are out of order or of no class', async () => {
    const writer = new SampleSplitWriter(join(folder, 'x'), { classes: 5 });
    const text = writer.addText('1', 'a b');
    writer.addSample(text, 1, 0);
    expect(() => writer.addSample(text, 0, 0)).toThrow(RangeError);
    expect(() => writer.addSample(text + 1, 0, 0)).toThrow(RangeError);
    expect(() => writer.addSample(text, 1, 5)).toThrow(RangeError);
    writer.abandon();
  });

  it.each([
    ['shard-00000.bin', 3],
    ['texts.bin', 8],
    ['samples.bin', 0],
  ])('names %s when it is cut', async (name, length) => {
    const place = await written();
    await truncate(join(place, name), length);
    await expect(SampleSplit.open(place)).rejects.toMatchObject({
      code: 'medal.samples',
      details: { place: join(place, name), got: `${length} bytes` },
    });
  });

  it('notices another content, another version, and a folder of something else', async () => {
    const place = await written();
    const rows = await readFile(join(place, 'samples.bin'));
    rows[4] ^= 1;
    await writeFile(join(place, 'samples.bin'), rows);
    await expect(SampleSplit.open(place)).rejects.toMatchObject({
      code: 'medal.samples',
      details: { place: join(place, 'samples.bin') },
    });
    await writeFile(join(place, 'samples.json'), '{"version":0}');
    await expect(SampleSplit.open(place)).rejects.toMatchObject({ details: { got: 'version 0' } });
    await writeFile(join(place, 'samples.json'), '[');
    await expect(SampleSplit.open(place)).rejects.toMatchObject({ code: 'medal.samples' });
    await expect(SampleSplit.open(join(folder, 'absent'))).rejects.toMatchObject({ code: 'medal.samples' });
  });
});

describe('a sample set', () => {
  it('opens with its inventory, and refuses a split of another one', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((expansion) => ({ abbreviation: 'X', variants: [], expansion }));
    await writeFile(join(folder, 'inventory.tsv'), [...adamLines(rows)].join(''));
    await written();
    await written({ classes: 6 }, 'test');
    const set = await openSampleSet(folder);
    expect(set.inventory.size).toBe(5);
    const train = await set.split('train');
    expect(train.text(1)).toBe('MS');
    train.close();
    await expect(set.split('test')).rejects.toMatchObject({ code: 'medal.samples', kind: 'conflict' });
    await expect(set.split('valid')).rejects.toMatchObject({ code: 'medal.samples', kind: 'input' });
  });
});
