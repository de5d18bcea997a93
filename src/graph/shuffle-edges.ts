import { CounterRandom } from '../base/random.js';

/** Edges of a graph in columns. */
export interface EdgeEnds {
  readonly heads: Uint32Array;
  readonly relations: Uint16Array;
  readonly tails: Uint32Array;
}

/** Exchanges that were tried for each edge; ten are taken to be enough to forget where one began (Milo et al. 2003). */
const TRIES_AN_EDGE = 10;

/**
 * The same edges with random ends (edge switching; Maslov and Sneppen 2002): two edges of one relation exchange their tails,
 * again and again, where that makes neither an edge that is there nor one from an entity to itself. So every entity keeps the
 * number of edges that it has in each relation and direction, and all else is forgotten. Weights stay with heads.
 * @param edges distinct
 * @returns the new tails, and the share of edges that are not where they were
 */
export function shuffleEdges(
  edges: EdgeEnds,
  entityCount: number,
  seed: number,
): { tails: Uint32Array; moved: number } {
  const tails = edges.tails.slice();
  for (const [relation, members] of byRelation(edges.relations)) {
    switchTails(edges.heads, tails, members, entityCount, new CounterRandom(seed, 'graph.shuffle', relation));
  }
  const stayed = sameEdges(edges, tails, entityCount);
  return { tails, moved: tails.length === 0 ? 0 : 1 - stayed / tails.length };
}

/** Numbers of each relation's edges. */
function byRelation(relations: Uint16Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  relations.forEach((relation, edge) => {
    const list = members.get(relation);
    if (list) list.push(edge);
    else members.set(relation, [edge]);
  });
  return members;
}

function switchTails(
  heads: Uint32Array,
  tails: Uint32Array,
  members: readonly number[],
  entityCount: number,
  random: CounterRandom,
): void {
  const key = (head: number, tail: number) => head * entityCount + tail;
  const present = new Set(members.map((edge) => key(heads[edge], tails[edge])));
  for (let attempt = 0; attempt < TRIES_AN_EDGE * members.length; attempt++) {
    const a = members[random.below(members.length, attempt, 0)];
    const b = members[random.below(members.length, attempt, 1)];
    const [first, second] = [key(heads[a], tails[b]), key(heads[b], tails[a])];
    if (heads[a] === tails[b] || heads[b] === tails[a] || present.has(first) || present.has(second)) continue;
    present.delete(key(heads[a], tails[a]));
    present.delete(key(heads[b], tails[b]));
    present.add(first);
    present.add(second);
    [tails[a], tails[b]] = [tails[b], tails[a]];
  }
}

/** How many of the edges are still among them. */
function sameEdges({ heads, relations, tails: before }: EdgeEnds, after: Uint32Array, entityCount: number): number {
  const key = (tails: Uint32Array, edge: number) => `${relations[edge]} ${heads[edge] * entityCount + tails[edge]}`;
  const old = new Set(Array.from(heads, (_, edge) => key(before, edge)));
  return heads.reduce((count, _, edge) => count + (old.has(key(after, edge)) ? 1 : 0), 0);
}
