import { shuffledRange } from '../training/shuffle.js';

/**
 * Entities in parts of equal size, for tables of which only two parts are in memory (Lerer et al. 2019, "PyTorch-BigGraph",
 * section 4.1). Entities are dealt out at random: ids are ordered by key, so that blocks of ids would be blocks of kinds, with
 * buckets of very different sizes and negatives of one kind. Within a partition rows ascend by id, so that a table is written
 * in order of ids by reading every partition once, front to back.
 */
export interface EntityPartitions {
  readonly count: number;
  readonly entities: number;
  /** [entities] */
  readonly partitionOf: Uint16Array;
  /** [entities] the row within its partition */
  readonly rowOf: Int32Array;
}

/** Both arrays are in shared memory. */
export function partitionEntities(entities: number, count: number, seed: number): EntityPartitions {
  const partitionOf = new Uint16Array(new SharedArrayBuffer(entities * 2));
  const rowOf = new Int32Array(new SharedArrayBuffer(entities * 4));
  const order = shuffledRange(entities, seed, 'embedding.partitions', 0);
  for (let place = 0; place < entities; place++) partitionOf[order[place]] = place % count;
  const used = new Int32Array(count);
  for (let entity = 0; entity < entities; entity++) rowOf[entity] = used[partitionOf[entity]]++;
  return { count, entities, partitionOf, rowOf };
}

/** Entities of a partition: those of any two differ by one at most. */
export function partitionSize({ count, entities }: Pick<EntityPartitions, 'count' | 'entities'>, partition: number) {
  return Math.ceil((entities - partition) / count);
}

/** Rows that have room for any partition. */
export function slotSize(partitions: Pick<EntityPartitions, 'count' | 'entities'>): number {
  return partitionSize(partitions, 0);
}
