import { describe, expect, it } from 'vitest';
import { MemorySink } from './byte-sink.js';
import { readPickle } from './pickle-reader.js';
import { PickleFloat, type PickleInputValue, PickleTuple, writePickle, writePickledDict } from './pickle-writer.js';

async function hexOf(value: PickleInputValue): Promise<string> {
  const sink = new MemorySink();
  await writePickle(sink, value);
  return Buffer.from(sink.bytes()).toString('hex');
}

describe('writePickle', () => {
  it.each<[string, PickleInputValue, string]>([
    ['an int', 7, '4b07'],
    ['a negative int', -2, '4afeffffff'],
    ['a long', 2 ** 40, '8a06000000000001'],
    ['a bigint of a byte', -128n, '8a0180'],
    ['a float', 0.5, '473fe0000000000000'],
    ['a whole float', new PickleFloat(1), '473ff0000000000000'],
    ['minus zero', -0, '478000000000000000'],
    ['a text, memoized', '药', '8c03e88daf94'],
    ['an empty tuple', new PickleTuple([]), '29'],
    ['a pair', new PickleTuple([1, 2]), '4b014b0286'],
    ['a tuple of four', new PickleTuple([1, 1, 1, 1]), '284b014b014b014b0174'],
    ['a list', [null, true], '5d284e8865'],
    ['a dict', new Map([[1, false]]), '7d284b018975'],
    ['a text twice', ['a', 'a'], '5d288c0161946800' + '65'],
  ])('writes %s as Python does', async (_, value, expected) => {
    expect(await hexOf(value)).toBe(`8004${expected}2e`);
  });

  it('refuses what Python would not have', async () => {
    await expect(hexOf(2 ** 60)).rejects.toThrow(RangeError);
    let deep: PickleInputValue = 1;
    for (let i = 0; i < 65; i++) deep = [deep];
    await expect(hexOf(deep)).rejects.toThrow(RangeError);
  });
});

describe('writePickledDict', () => {
  it('writes entries as they come, in pieces', async () => {
    const pieces: number[] = [];
    const sink = new MemorySink();
    const counted = {
      write: (part: Uint8Array) => {
        pieces.push(part.length);
        return sink.write(part);
      },
    };
    const entry = (i: number): [string, PickleInputValue] => [
      `实体${i}`,
      Array.from({ length: 30 }, (_, k) => new PickleTuple([`关系${k % 7}`, `实体${i + k}`])),
    ];
    async function* entries() {
      for (let i = 0; i < 5000; i++) yield entry(i);
    }
    await writePickledDict(counted, entries());
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces)).toBeLessThan(300_000);
    const value = readPickle(sink.bytes(), 'test') as Map<string, unknown[]>;
    expect(value.size).toBe(5000);
    expect(value.get('实体4999')).toHaveLength(30);
    expect(value.get('实体17')?.[3]).toEqual(['关系3', '实体20']);
  });

  it('writes an empty dict', async () => {
    const sink = new MemorySink();
    await writePickledDict(sink, []);
    expect(readPickle(sink.bytes(), 'test')).toEqual(new Map());
  });
});
