import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EdgeEnds, shuffleEdges } from './shuffle-edges.js';

const ENTITIES = 12;

/** Distinct edges without loops, by their numbers. */
const graphs = fc
  .uniqueArray(fc.tuple(fc.nat(ENTITIES - 1), fc.nat(2), fc.nat(ENTITIES - 1)), { selector: String, maxLength: 60 })
  .map((edges) => columns(edges.filter(([head, , tail]) => head !== tail)));

function columns(edges: readonly (readonly [number, number, number])[]): EdgeEnds {
  return {
    heads: Uint32Array.from(edges, ([head]) => head),
    relations: Uint16Array.from(edges, ([, relation]) => relation),
    tails: Uint32Array.from(edges, ([, , tail]) => tail),
  };
}

/** How many edges each entity has in each relation and direction. */
function degrees({ heads, relations }: EdgeEnds, tails: Uint32Array): Map<string, number> {
  const counts = new Map<string, number>();
  heads.forEach((head, edge) => {
    for (const end of [`${head} ${relations[edge]} out`, `${tails[edge]} ${relations[edge]} in`]) {
      counts.set(end, (counts.get(end) ?? 0) + 1);
    }
  });
  return new Map([...counts].sort());
}

describe('shuffleEdges', () => {
  it('keeps every degree, makes neither repeats nor loops, and draws the same again', () => {
    fc.assert(
      fc.property(graphs, fc.nat(1000), (edges, seed) => {
        const { tails } = shuffleEdges(edges, ENTITIES, seed);
        expect(degrees(edges, tails)).toEqual(degrees(edges, edges.tails));
        const keys = Array.from(tails, (tail, edge) => `${edges.heads[edge]} ${edges.relations[edge]} ${tail}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(tails.some((tail, edge) => tail === edges.heads[edge])).toBe(false);
        expect(shuffleEdges(edges, ENTITIES, seed).tails).toEqual(tails);
      }),
    );
  });

  it('forgets where the edges led', () => {
    const entities = 400;
    const edges = columns(
      Array.from({ length: 2000 }, (_, i) => [i % 200, 0, 200 + ((i * 7 + (i >> 3)) % 200)] as const),
    );
    const { moved } = shuffleEdges(edges, entities, 3);
    expect(moved).toBeGreaterThan(0.9);
  });

  it('leaves alone what has no other place', () => {
    const edges = columns([[0, 0, 1]]);
    expect(shuffleEdges(edges, 2, 1)).toEqual({ tails: edges.tails, moved: 0 });
    expect(shuffleEdges(columns([]), 0, 1).moved).toBe(0);
  });
});
