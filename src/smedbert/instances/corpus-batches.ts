import { CounterRandom } from '../../base/random.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { BatchSegments } from '../../nn/length-buckets.js';
import type { LinkedCorpus } from '../../text/linked-corpus.js';
import type { BatchShape } from '../model/smedbert-config.js';
import { type BatchShapeOptions, batchShape, type PackingRoom } from './batch-shape.js';
import { buildInstance, type Instance, type InstanceOptions, SPECIAL_TOKENS } from './build-instance.js';
import { type CollatedBatch, collateBatch } from './collate-batch.js';
import { cutSegment } from './cut-segment.js';
import { groupTargets } from './group-targets.js';
import { type PackedInstance, packInstances } from './pack-instances.js';
import type { Proposal } from './proposal.js';

/** Linked segments to batches: instances, masking and collation with all their options in one place. */
export interface CorpusBatchOptions {
  readonly instance: InstanceOptions;
  readonly shape: BatchShapeOptions;
  /** Static masks are those of the first epoch in every epoch, as the SMedBERT repository has them; else each has its own. */
  readonly staticMasks?: boolean;
  /** Room of packed samples; without, no batch may be packed. */
  readonly packing?: PackingRoom;
  readonly padId: number;
  readonly negatives: number;
  readonly neighbours: TopNeighbours;
  readonly entityTypes: Uint16Array;
  readonly proposal: Proposal;
}

export class CorpusBatches {
  constructor(
    private readonly corpus: LinkedCorpus,
    readonly options: CorpusBatchOptions,
  ) {}

  shape(tokens: number, packed = false): BatchShape {
    return batchShape(tokens, this.options.shape, packed ? this.options.packing : undefined);
  }

  /**
   * @param number keys the draws of mentions' room and negatives; the same number gives the same batch
   */
  collate({ bucket, epoch, segments, packs }: BatchSegments, number: number): CollatedBatch {
    const { options } = this;
    const limit = bucket.tokens - SPECIAL_TOKENS;
    const masks = options.staticMasks ? 0 : epoch;
    const instances = segments.map((index) =>
      buildInstance(cutSegment(this.corpus.segment(index), limit), index, masks, options.instance),
    );
    const shape = this.shape(bucket.tokens, packs !== undefined);
    const grouping = {
      groupSize: shape.groupSize,
      maximumGroups: shape.groups,
      negatives: options.negatives,
      seed: options.instance.seed,
    };
    return collateBatch(packs ? packed(instances, packs) : instances, shape, options.padId, {
      ...options,
      chooseMentions: (count) => shuffledOrder(count, options.instance.seed, number),
      group: (entities) =>
        groupTargets(entities, options.neighbours, options.entityTypes, options.proposal, grouping, number),
    });
  }
}

function packed(instances: readonly Instance[], packs: readonly number[]): PackedInstance[] {
  let next = 0;
  return packs.map((count) => packInstances(instances.slice(next, (next += count))));
}

/** Distinct (relation, direction, neighbour type) kinds of a graph: each needs a group of targets of its own. */
export function countGroupKinds(table: TopNeighbours, types: Uint16Array): number {
  const kinds = new Set<string>();
  for (let entity = 0; entity < table.counts.length; entity++) {
    for (let i = entity * table.k; i < entity * table.k + table.counts[entity]; i++) {
      kinds.add(`${table.relations[i]} ${table.directions[i]} ${types[table.entities[i]]}`);
    }
  }
  return kinds.size;
}

/** The order in which unmasked mentions take the room of the batch. */
function shuffledOrder(count: number, seed: number, number: number): number[] {
  const random = new CounterRandom(seed, 'smedbert.open-mentions');
  return Array.from({ length: count }, (_, i) => ({ i, draw: random.uint32(number, i) }))
    .sort((a, b) => a.draw - b.draw || a.i - b.i)
    .map(({ i }) => i);
}
