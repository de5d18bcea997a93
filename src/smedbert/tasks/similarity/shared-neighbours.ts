import type { GraphSnapshot } from '../../../graph/graph-snapshot.js';

const LEAST_JACCARD = 0.75;
const LEAST_SHARED = 3;
/** A neighbour of more edges than this says little, and would make the search as long as the graph. */
const HUB_DEGREE = 2000;

/**
 * The entity of the same type whose neighbours are most alike: Jaccard at least 0.75 with at least three shared; the lower
 * id of equal ones. Undefined when there is none.
 */
export function likestEntity(snapshot: GraphSnapshot, entity: number): number | undefined {
  const own = neighboursOf(snapshot, entity);
  if (own.size < LEAST_SHARED) return undefined;
  const shared = new Map<number, number>();
  for (const neighbour of own) {
    const around = neighboursOf(snapshot, neighbour);
    if (around.size > HUB_DEGREE) continue;
    for (const other of around) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  let best: { other: number; jaccard: number } | undefined;
  for (const [other, count] of shared) {
    if (other === entity || count < LEAST_SHARED) continue;
    if (snapshot.entityTypes[other] !== snapshot.entityTypes[entity]) continue;
    const jaccard = jaccardOf(own, neighboursOf(snapshot, other));
    if (jaccard < LEAST_JACCARD) continue;
    const better = best === undefined || jaccard > best.jaccard || (jaccard === best.jaccard && other < best.other);
    if (better) best = { other, jaccard };
  }
  return best?.other;
}

/** Both directions, each entity once. */
function neighboursOf({ outgoing, incoming }: GraphSnapshot, entity: number): Set<number> {
  const found = new Set<number>();
  for (const { offsets, entities } of [outgoing, incoming]) {
    for (let i = offsets[entity]; i < offsets[entity + 1]; i++) found.add(entities[i]);
  }
  found.delete(entity);
  return found;
}

function jaccardOf(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const entity of a) if (b.has(entity)) shared++;
  return shared / (a.size + b.size - shared);
}
