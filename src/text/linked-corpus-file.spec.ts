import { mkdtempSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LinkedSegment } from './linked-corpus.js';
import { LinkedCorpusWriter, openLinkedCorpus } from './linked-corpus-file.js';

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

function written(vocabularySize: number, list: LinkedSegment[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const writer = new LinkedCorpusWriter(folder, vocabularySize, 4);
  for (const segment of list) writer.add(segment);
  writer.finish();
  return folder;
}

describe('a linked corpus on disk', () => {
  it.each([
    ['uint16', 65_536, segments.slice(0, 3)],
    ['uint32', 70_001, segments],
  ])('gives back every segment by number, tokens as %s', (_, vocabularySize, list) => {
    const corpus = openLinkedCorpus(written(vocabularySize, list));
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

  it('refuses a cut file with its place', () => {
    const folder = written(1000, segments.slice(0, 2));
    truncateSync(join(folder, 'mentions.bin'), 4);
    expect(() => openLinkedCorpus(folder)).toThrow(
      expect.objectContaining({ code: 'text.corpus', details: expect.objectContaining({ expected: '12 bytes' }) }),
    );
    expect(() => openLinkedCorpus(join(folder, 'absent'))).toThrow(expect.objectContaining({ code: 'text.corpus' }));
  });
});
