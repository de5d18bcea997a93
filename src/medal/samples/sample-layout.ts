/**
 * The files of one split of a sample set, little endian. A text is one record in a shard, `shard-00000.bin` and on: its id,
 * its words parted by single spaces and, where it was kept, the text before substitution, all UTF-8. `texts.bin` has four
 * uint32 a text: where in its shard the record ends, bytes of the id, bytes of the text, words. `samples.bin` has three int32
 * a sample: text, location among the words, class; ascending by text, then by location. `samples.json` has the counts, and
 * length and hash of every other file.
 */
export const SPLITS = ['train', 'valid', 'test'] as const;
export type SplitName = (typeof SPLITS)[number];

export const SAMPLE_VERSION = 1;

export const SAMPLE_FILES = {
  index: 'samples.json',
  texts: 'texts.bin',
  samples: 'samples.bin',
} as const;

/** Numbers of a text in `texts.bin`: end of its record, bytes of the id, bytes of the text, words. */
export const TEXT_FIELDS = 4;
/** Numbers of a sample in `samples.bin`: text, location, class. */
export const SAMPLE_FIELDS = 3;
/** Offsets within a shard are uint32. */
export const LARGEST_SHARD = 2 ** 32 - 1;

export interface SampleIndex {
  version: number;
  texts: number;
  samples: number;
  /** Of the inventory: every class is below. */
  classes: number;
  /** Of `texts.bin` and `samples.bin`. */
  sha256: { texts: string; samples: string };
  shards: SampleShard[];
}

export interface SampleShard {
  name: string;
  texts: number;
  bytes: number;
  sha256: string;
}

export function sampleShardName(number: number): string {
  return `shard-${String(number).padStart(5, '0')}.bin`;
}
