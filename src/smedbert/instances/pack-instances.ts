import type { Instance, InstanceMention } from './build-instance.js';

/** Where a packed segment stands in its sample, and whether its halves were swapped. */
export interface PackedPart {
  readonly start: number;
  readonly length: number;
  readonly swapped: 0 | 1;
}

/** One sample of several instances, one behind the other; its positions count from the first one's [CLS]. */
export interface PackedInstance extends Omit<Instance, 'swapped'> {
  readonly parts: readonly PackedPart[];
}

export function packInstances(instances: readonly Instance[]): PackedInstance {
  let next = 0;
  const parts = instances.map(({ tokens, swapped }): PackedPart => {
    const start = next;
    next += tokens.length;
    return { start, length: tokens.length, swapped };
  });
  const shifted = (mentions: (instance: Instance) => readonly InstanceMention[]) =>
    instances.flatMap((instance, i) =>
      mentions(instance).map((mention) => ({ ...mention, start: mention.start + parts[i].start })),
    );
  return {
    parts,
    tokens: joined(instances.map(({ tokens }) => tokens)),
    segmentIds: joined(instances.map(({ segmentIds }) => segmentIds)),
    maskedPositions: joined(
      instances.map(({ maskedPositions }, i) => maskedPositions.map((position) => position + parts[i].start)),
    ),
    maskedLabels: joined(instances.map(({ maskedLabels }) => maskedLabels)),
    maskedMentions: shifted(({ maskedMentions }) => maskedMentions),
    openMentions: shifted(({ openMentions }) => openMentions),
  };
}

/** An instance that has its sample for itself. */
export function partsOf(instance: Instance | PackedInstance): readonly PackedPart[] {
  if ('parts' in instance) return instance.parts;
  return [{ start: 0, length: instance.tokens.length, swapped: instance.swapped }];
}

function joined(arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
