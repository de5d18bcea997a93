/**
 * The surfaces by which entities are found in text: names and aliases of a graph, each with the entities it names. A
 * surface of one character, or of digits and punctuation only, is not linked (SMedBERT, section on mentions); one longer
 * than 100 characters is no name that a text repeats, and would make the linker's worst case slow.
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { foldCase } from './fold-case.js';

export const LONGEST_SURFACE = 100;
/** Entities between pauses. */
const PAUSE = 1 << 11;
const NO_LETTER = /^[\p{N}\p{P}\p{S}\p{Z}\p{C}]*$/u;

export interface SurfaceLexicon {
  /** Distinct, in case-folded form when `ignoreCase`. */
  readonly surfaces: readonly string[];
  /** [surfaces] the entity of highest rank, ties to the lower id. */
  readonly entities: Int32Array;
  /** [surfaces] entities that the surface names. */
  readonly candidates: Int32Array;
  /** The entities of those surfaces that name several, the chosen one first, then by id. */
  readonly ambiguous: ReadonlyMap<string, readonly number[]>;
  readonly ignoreCase: boolean;
  /** Names and aliases left out by the rules above. */
  readonly excluded: number;
}

/**
 * @param ranks [entityCount]; without, the lowest id wins
 * @param ignoreCase Latin letters match in either case
 */
export function buildSurfaceLexicon(
  snapshot: GraphSnapshot,
  ranks: ArrayLike<number> | undefined,
  ignoreCase: boolean,
): SurfaceLexicon {
  return finishWork(surfaceLexiconInSlices(snapshot, ranks, ignoreCase));
}

export function* surfaceLexiconInSlices(
  snapshot: GraphSnapshot,
  ranks: ArrayLike<number> | undefined,
  ignoreCase: boolean,
): SlicedWork<SurfaceLexicon> {
  const found = new Map<string, Set<number>>();
  let excluded = 0;
  const add = (name: string, entity: number) => {
    const surface = surfaceOf(name, ignoreCase);
    if (!isLinkable(surface)) excluded++;
    else found.set(surface, (found.get(surface) ?? new Set()).add(entity));
  };
  for (let entity = 0; entity < snapshot.entityCount; entity++) {
    add(snapshot.entityNames.at(entity), entity);
    const last = snapshot.aliasOffsets[entity + 1];
    for (let i = snapshot.aliasOffsets[entity]; i < last; i++) add(snapshot.aliasTexts.at(i), entity);
    if (entity % PAUSE === 0) yield;
  }
  const sets = [...found.values()];
  yield;
  const entities = Int32Array.from(sets, (set) => choose(set, ranks));
  const ambiguous = new Map<string, readonly number[]>();
  let surface = 0;
  for (const [text, set] of found) {
    const chosen = entities[surface++];
    if (set.size === 1) continue;
    const others = [...set].filter((entity) => entity !== chosen).sort((a, b) => a - b);
    ambiguous.set(text, [chosen, ...others]);
  }
  const candidates = Int32Array.from(sets, ({ size }) => size);
  return { surfaces: [...found.keys()], entities, candidates, ambiguous, ignoreCase, excluded };
}

/** A name as it is looked for. */
export function surfaceOf(name: string, ignoreCase: boolean): string {
  return ignoreCase ? foldCase(name.trim()) : name.trim();
}

/** More than one character, at most LONGEST_SURFACE units, and a letter among them. */
export function isLinkable(surface: string): boolean {
  if (surface.length < 2 || surface.length > LONGEST_SURFACE || NO_LETTER.test(surface)) return false;
  return surface.length > 2 || (surface.codePointAt(0) as number) <= 0xffff;
}

function choose(entities: ReadonlySet<number>, ranks: ArrayLike<number> | undefined): number {
  let best = -1;
  for (const entity of entities) {
    if (best < 0) best = entity;
    else if (ranks && ranks[entity] !== ranks[best]) best = ranks[entity] > ranks[best] ? entity : best;
    else best = Math.min(best, entity);
  }
  return best;
}
