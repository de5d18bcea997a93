import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LinkedSegment } from './linked-corpus.js';
import { openLinkedCorpus } from './linked-corpus-file.js';
import { LinkedCorpusWriter } from './linked-corpus-writer.store.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-corpus-'));
afterAll(() => rmSync(root, { recursive: true }));

const segments: LinkedSegment[] = [
  segmentOf([5, 6, 7, 8], [1, 0, 1, 1], [[0, 2, 3]]),
  segmentOf([9], [1], []),
  segmentOf([], [], []),
  segmentOf(
    [70_000, 1, 2],
    [1, 1, 0],
    [
      [0, 1, 3],
      [1, 2, 0],
    ],
  ),
];

function segmentOf(tokens: number[], wordStarts: number[], mentions: number[][]): LinkedSegment {
  return {
    tokens: Int32Array.from(tokens),
    wordStarts: Uint8Array.from(wordStarts),
    mentionStarts: Int32Array.from(mentions, ([start]) => start),
    mentionLengths: Int32Array.from(mentions, ([, length]) => length),
    mentionEntities: Int32Array.from(mentions, ([, , entity]) => entity),
  };
}

function written(vocabularySize: number, list: LinkedSegment[], shardBytes?: number): string {
  const folder = mkdtempSync(join(root, 'corpus-'));
  const writer = new LinkedCorpusWriter(folder, { vocabularySize, entityCount: 4, shardBytes });
  for (const segment of list) writer.add(segment);
  writer.finish();
  return folder;
}

describe('a linked corpus on disk', () => {
  it.each([
    ['uint16', 65_536, segments.slice(0, 3)],
    ['uint32', 70_001, segments],
    ['uint32 in shards', 70_001, segments, 40],
    ['uint32, a shard a segment', 70_001, segments, 1],
  ])('gives back every segment by number, tokens as %s', (_, vocabularySize, list, shardBytes?: number) => {
    const corpus = openLinkedCorpus(written(vocabularySize, list, shardBytes));
    expect(corpus.segmentCount).toBe(list.length);
    for (const index of [...list.keys()].reverse()) {
      expect(corpus.segment(index)).toEqual(list[index]);
      expect(corpus.segmentLength(index)).toBe(list[index].tokens.length);
    }
    corpus.close();
  });

  it('counts mentions by entity', () => {
    const corpus = openLinkedCorpus(written(70_001, segments));
    expect([...corpus.mentionFrequency]).toEqual([1, 0, 0, 2]);
    expect(corpus.mentionCount).toBe(3);
    corpus.close();
  });

  it('keeps what is larger than its buffer', () => {
    const long = segmentOf(
      Array.from({ length: 700_000 }, (_, i) => i % 1000),
      new Array(700_000).fill(1),
      [],
    );
    const corpus = openLinkedCorpus(written(1000, [long, segments[1]]));
    const { tokens, wordStarts } = corpus.segment(0);
    expect(Buffer.compare(Buffer.from(tokens.buffer), Buffer.from(long.tokens.buffer))).toBe(0);
    expect(Buffer.compare(wordStarts, long.wordStarts)).toBe(0);
    expect(corpus.segment(1)).toEqual(segments[1]);
    corpus.close();
  });

  it('ends a shard before it gets too long, with its length and hash in the index', () => {
    const folder = written(70_001, segments, 40);
    const { shards } = JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8'));
    expect(shards.map(({ name, bytes }: { name: string; bytes: number }) => [name, bytes])).toEqual([
      ['shard-00000.bin', 37],
      ['shard-00001.bin', 39],
    ]);
    for (const { name, sha256 } of shards) {
      const content = readFileSync(join(folder, name));
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  it('refuses shards that the manifest does not speak of', () => {
    const folder = written(1000, segments.slice(0, 2));
    const [{ name, sha256 }] = JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8')).shards;
    const bytes = 0;
    openLinkedCorpus(folder, [{ path: name, bytes, sha256 }]).close();
    expect(() => openLinkedCorpus(folder, [{ path: name, bytes, sha256: 'another' }])).toThrow(
      expect.objectContaining({
        code: 'text.corpus',
        details: expect.objectContaining({ expected: `sha256 ${sha256}`, got: 'sha256 another' }),
      }),
    );
  });

  it('refuses a cut shard with its place, and a corpus of an earlier version with what to do', () => {
    const folder = written(1000, segments.slice(0, 2));
    truncateSync(join(folder, 'shard-00000.bin'), 4);
    expect(() => openLinkedCorpus(folder)).toThrow(
      expect.objectContaining({ code: 'text.corpus', details: expect.objectContaining({ expected: '27 bytes' }) }),
    );
    expect(() => openLinkedCorpus(join(folder, 'absent'))).toThrow(expect.objectContaining({ code: 'text.corpus' }));
    writeFileSync(join(folder, 'corpus.json'), JSON.stringify({ version: 1, segments: 2 }));
    expect(() => openLinkedCorpus(folder)).toThrow(
      expect.objectContaining({
        code: 'text.corpus',
        details: expect.objectContaining({ got: 'version 1', hint: 'run corpus link again' }),
      }),
    );
  });
});
