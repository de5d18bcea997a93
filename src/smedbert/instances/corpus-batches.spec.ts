import { describe, expect, it } from 'vitest';
import { drawSegment, memoryCorpus } from '../../../test/support/linked-text.js';
import { drawTable } from '../../../test/support/neighbour-table.js';
import { BatchSequence, bucketSegments } from '../../nn/length-buckets.js';
import type { CollatedBatch } from './collate-batch.js';
import { CorpusBatches, countGroupKinds } from './corpus-batches.js';
import { buildProposal } from './proposal.js';

const ENTITIES = 30;
const SAMPLES = 4;
const segments = Array.from({ length: 50 }, (_, i) => drawSegment(i, 10 + ((i * 13) % 90), 4, ENTITIES));
const corpus = memoryCorpus(segments, 100, ENTITIES);
const neighbours = drawTable(ENTITIES, 4);
const entityTypes = Uint16Array.from({ length: ENTITIES }, (_, e) => e % 3);
const masking = { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] } as const;

function batchesOf(seed = 1, staticMasks = false): CorpusBatches {
  return new CorpusBatches(corpus, {
    staticMasks,
    instance: {
      masking,
      maximumMentions: 30,
      maximumMentionTokens: 16,
      special: { classify: 1, separate: 2, mask: 3 },
      firstOrdinary: 4,
      vocabularySize: 100,
      seed,
    },
    shape: {
      samples: SAMPLES,
      masking,
      objectiveMentions: 3,
      neighbours: 4,
      groupSize: 8,
      groupKinds: countGroupKinds(neighbours, entityTypes),
    },
    padId: 0,
    negatives: 5,
    neighbours,
    entityTypes,
    proposal: buildProposal(corpus.mentionFrequency, entityTypes, 3, 'frequency'),
  });
}

const buckets = bucketSegments(Int32Array.from(segments.keys()), (segment) => corpus.segmentLength(segment), {
  width: 32,
  maximumTokens: 64,
  samples: SAMPLES,
  added: 3,
});
const sequence = new BatchSequence(buckets, SAMPLES, 1);

/** All bytes of a batch. */
function bytesOf({ inputs, lookups, counts }: CollatedBatch): string {
  const arrays = Object.entries({ ...inputs, ...lookups }).map(([name, data]) => {
    return `${name} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`;
  });
  return [...arrays, JSON.stringify(counts)].join('\n');
}

describe('CorpusBatches', () => {
  it('gives the same bytes for the same number, whoever asks and in whatever order', () => {
    const one = batchesOf();
    const other = batchesOf();
    const numbers = [0, 1, 7, sequence.batchesPerEpoch + 2, 3 * sequence.batchesPerEpoch];
    const forward = numbers.map((number) => bytesOf(one.collate(sequence.at(number), number)));
    const backward = [...numbers].reverse().map((number) => bytesOf(other.collate(sequence.at(number), number)));
    expect(backward.reverse()).toEqual(forward);
    expect(new Set(forward).size).toBe(numbers.length);
  });

  it('depends on the seed and on the number', () => {
    const place = sequence.at(0);
    const reference = bytesOf(batchesOf().collate(place, 0));
    expect(bytesOf(batchesOf(2).collate(place, 0))).not.toBe(reference);
    expect(bytesOf(batchesOf().collate(place, 1))).not.toBe(reference);
  });

  it('masks the same segment anew in the next epoch', () => {
    const place = sequence.at(0);
    const masked = (epoch: number) => [...batchesOf().collate({ ...place, epoch }, 0).inputs['maskedPositions']];
    expect(masked(1)).not.toEqual(masked(0));
  });

  it('gives each segment one sample for all epochs when masks are static, and new batches all the same', () => {
    const still = batchesOf(1, true);
    const masked = (epoch: number) => bytesOf(still.collate({ ...sequence.at(0), epoch }, 0));
    expect(masked(1)).toBe(masked(0));
    expect(masked(0)).toBe(bytesOf(batchesOf().collate({ ...sequence.at(0), epoch: 0 }, 0)));
    expect(sequence.at(sequence.batchesPerEpoch).segments).not.toEqual(sequence.at(0).segments);
  });

  it('has room for all that is masked, in every batch', () => {
    const batches = batchesOf();
    for (let number = 0; number < 2 * sequence.batchesPerEpoch; number++) {
      const place = sequence.at(number);
      const { inputs, counts, lookups } = batches.collate(place, number);
      const { tokens, maskedTokens } = batches.shape(place.bucket.tokens);
      expect(lookups.words.length).toBe(SAMPLES * tokens);
      expect(inputs['maskedPositions'].length).toBe(maskedTokens);
      expect(counts.maskedTokens).toBeLessThanOrEqual(maskedTokens);
      expect(counts.maskedTokens).toBeGreaterThan(0);
      expect(counts.targets).toBeGreaterThan(0);
    }
  });

  it('cuts segments that are too long, and with them the mentions that would be cut', () => {
    const longest = buckets[buckets.length - 1];
    const long = [...longest.segments].filter((segment) => corpus.segmentLength(segment) > 61).slice(0, SAMPLES);
    expect(long.length).toBe(SAMPLES);
    const batch = batchesOf().collate({ bucket: longest, epoch: 0, segments: long }, 0);
    expect(batch.counts.tokens).toBe(SAMPLES * 64);
    long.forEach((index, b) => {
      // With the labels put back, the sample is [CLS] A [SEP] B [SEP] of the first 61 tokens.
      const row = [...batch.lookups.words].slice(b * 64, (b + 1) * 64);
      batch.inputs['maskedPositions'].forEach((position, i) => {
        if (Math.floor(position / 64) === b) row[position - b * 64] = batch.inputs['maskedLabels'][i];
      });
      const truth = [...segments[index].tokens].slice(0, 61);
      expect(row.filter((token) => token >= 10).sort()).toEqual(truth.sort());
    });
    for (const { truth, entity } of batch.infused) {
      const found = long.some((index) =>
        segments[index].mentionStarts.some((start, m) => {
          const end = start + segments[index].mentionLengths[m];
          const ids = segments[index].tokens.subarray(start, end);
          return end <= 61 && segments[index].mentionEntities[m] === entity && String(ids) === String(truth);
        }),
      );
      expect(found).toBe(true);
    }
  });
});

describe('countGroupKinds', () => {
  it('counts relation, direction and type of the neighbours in use', () => {
    const kinds = new Set<string>();
    for (let e = 0; e < ENTITIES; e++) {
      for (let i = e * 4; i < e * 4 + neighbours.counts[e]; i++) {
        kinds.add([neighbours.relations[i], neighbours.directions[i], neighbours.entities[i] % 3].join());
      }
    }
    expect(countGroupKinds(neighbours, entityTypes)).toBe(kinds.size);
    expect(kinds.size).toBeGreaterThan(10);
    expect(kinds.size).toBeLessThanOrEqual(18);
  });
});
