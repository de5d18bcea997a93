/**
 * The files behind LinkedCorpus, little endian. A segment is one record: its mentions (int32: first token, tokens, entity),
 * its tokens (uint16, or uint32 where the vocabulary needs it) and its word starts (a byte a token), so that one read gives a
 * segment. Records follow each other in shards, `shard-00000.bin` and on. `segments.bin` has two uint32 a segment: where in
 * its shard the record ends, and its tokens. `mention-frequency.bin` has an int32 an entity, `corpus.json` the counts and
 * the shards with their lengths and hashes.
 */
export const CORPUS_VERSION = 2;

export const CORPUS_FILES = {
  index: 'corpus.json',
  segments: 'segments.bin',
  frequency: 'mention-frequency.bin',
} as const;

/** Numbers of a mention: first token, tokens, entity. */
export const MENTION_FIELDS = 3;
/** Numbers of a segment in `segments.bin`: end of the record, tokens. */
export const SEGMENT_FIELDS = 2;
/** Offsets within a shard are uint32. */
export const LARGEST_SHARD = 2 ** 32 - 1;

export interface CorpusIndex {
  version: number;
  segments: number;
  tokens: number;
  mentions: number;
  vocabularySize: number;
  entities: number;
  tokenBytes: 2 | 4;
  shards: ShardRecord[];
}

export interface ShardRecord {
  name: string;
  segments: number;
  bytes: number;
  /** Of what was handed to the disk. */
  sha256: string;
}

export function shardName(number: number): string {
  return `shard-${String(number).padStart(5, '0')}.bin`;
}

/** Bytes of a record. */
export function recordBytes(tokens: number, mentions: number, tokenBytes: number): number {
  return mentions * MENTION_FIELDS * 4 + tokens * (tokenBytes + 1);
}
