import type { GraphSnapshot } from '../graph/graph-snapshot.js';

/**
 * The surfaces that may name an entity: names and aliases of the graph. A surface of one character or of digits only is
 * none (spec section 3). Where several entities share a surface the one of highest rank is meant, ties by id.
 */
export interface SurfaceLexicon {
  /** Distinct surfaces, as they stand in the graph. */
  readonly surfaces: readonly string[];
  /** [surfaces] the entity meant. */
  readonly entities: Int32Array;
  /** [surfaces] how many entities share it. */
  readonly candidates: Int32Array;
}

const DIGITS = /^[\p{N}\s.,:/%-]+$/u;

export function isLinkable(surface: string): boolean {
  return [...surface].length > 1 && !DIGITS.test(surface);
}

/** @param ranks [entities]; higher is preferred */
export function buildLexicon(snapshot: GraphSnapshot, ranks: ArrayLike<number>): SurfaceLexicon {
  const owners = new Map<string, number[]>();
  const add = (surface: string, entity: number) => {
    const text = surface.trim();
    if (!isLinkable(text)) return;
    const known = owners.get(text);
    if (known === undefined) owners.set(text, [entity]);
    else if (!known.includes(entity)) known.push(entity);
  };
  for (let entity = 0; entity < snapshot.entityCount; entity++) {
    add(snapshot.entityNames.at(entity), entity);
    for (let a = snapshot.aliasOffsets[entity]; a < snapshot.aliasOffsets[entity + 1]; a++) {
      add(snapshot.aliasTexts.at(a), entity);
    }
  }
  const better = (a: number, b: number) => (ranks[b] > ranks[a] || (ranks[b] === ranks[a] && b < a) ? b : a);
  return {
    surfaces: [...owners.keys()],
    entities: Int32Array.from(owners.values(), (list) => list.reduce(better)),
    candidates: Int32Array.from(owners.values(), (list) => list.length),
  };
}
