import { describe, expect, it } from 'vitest';
import { drawnTriples } from '../../../test/support/drawn-triples.js';
import { partitionEntities, partitionSize } from './entity-partitions.js';
import { bucketTriples, knownGraph, type VisitGraph, visitGraph, visitSize } from './partition-buckets.js';
import { visitOrder } from './visit-order.js';

const ENTITIES = 23;
const partitions = partitionEntities(ENTITIES, 5, 7);
const triples = drawnTriples(ENTITIES, 3, 200);
const weights = Float32Array.from(triples.heads, (_, i) => i);
const buckets = bucketTriples(triples, partitions, weights);

/** The entity at a place of a visit's numbering. */
function entityAt(slots: readonly [number, number], place: number): number {
  const size = partitionSize(partitions, slots[0]);
  const [partition, row] = place < size ? [slots[0], place] : [slots[1], place - size];
  const found = Array.from({ length: ENTITIES }, (_, id) => id).filter(
    (id) => partitions.partitionOf[id] === partition,
  );
  return found[row];
}

function named({ triples: part }: VisitGraph, slots: readonly [number, number]): string[] {
  return Array.from(
    part.heads,
    (head, i) => `${entityAt(slots, head)} ${part.relations[i]} ${entityAt(slots, part.tails[i])}`,
  );
}

const all = Array.from(triples.heads, (head, i) => `${head} ${triples.relations[i]} ${triples.tails[i]}`).sort();

describe('partitionEntities', () => {
  it('deals entities out evenly, in the order of ids within a partition', () => {
    expect(Array.from({ length: 5 }, (_, p) => partitionSize(partitions, p))).toEqual([5, 5, 5, 4, 4]);
    const seen = new Set(Array.from(partitions.partitionOf, (p, id) => `${p} ${partitions.rowOf[id]}`));
    expect(seen.size).toBe(ENTITIES);
    for (let p = 0; p < 5; p++) {
      const rows = Array.from(partitions.rowOf).filter((_, id) => partitions.partitionOf[id] === p);
      expect(rows).toEqual(rows.map((_, i) => i));
    }
  });
});

describe('visits', () => {
  it.each([1, 2, 3])('train every triple once in epoch %i, with its weight', (epoch) => {
    const visits = visitOrder(5, 1, epoch);
    const parts = visits.map((visit) => visitGraph(buckets, visit, epoch));
    expect(parts.flatMap((part, i) => named(part, visits[i].slots)).sort()).toEqual(all);
    const found = parts.flatMap((part) => Array.from(part.weights ?? []));
    expect(found.sort((a, b) => a - b)).toEqual(Array.from(weights));
    expect(visits.map((visit) => visitSize(buckets, visit, epoch))).toEqual(
      parts.map((part) => part.triples.heads.length),
    );
  });

  it('know all triples between their entities', () => {
    const [visit] = visitOrder(5, 1, 1);
    const isIn = (id: number) => visit.slots.includes(partitions.partitionOf[id]);
    const expected = all.filter((key) => isIn(Number(key.split(' ')[0])) && isIn(Number(key.split(' ')[2])));
    expect(named(knownGraph(buckets, visit), visit.slots).sort()).toEqual(expected);
  });
});
