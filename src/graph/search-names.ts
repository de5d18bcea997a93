/**
 * Search over the names and aliases of a graph, in memory: whatever holds the query is found, wherever in the name. Both
 * sides are normalised (NFKC, so full-width and half-width are one; lower case). Texts stand in the order of their
 * entities' rank, so what the index gives is in order already. An answer is ordered exact, then prefix, then inside, each by
 * rank; an entity counts once, by its best text. Letters: E entities, T texts (a name and its aliases each).
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';
import { GramIndex, type PackedTexts, PLACES } from './gram-index.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { grown } from './packed-names.js';
import { rankOrder } from './rank-order.js';

export type MatchKind = 'exact' | 'prefix' | 'inside';

/** By their places in texts. */
const KINDS: readonly MatchKind[] = ['exact', 'prefix', 'inside'];
const NO_MATCH = KINDS.length;

export interface NameMatch {
  entity: number;
  kind: MatchKind;
  /** Index into the snapshot's aliases; undefined when the name itself matched. */
  alias?: number;
}

export interface NameMatches {
  /** Entities that match, beyond the page too. */
  total: number;
  matches: NameMatch[];
}

/** All names and aliases, normalised, those of an entity together. */
interface NameTexts extends PackedTexts {
  /** [T] */
  readonly entities: Uint32Array;
  /** [T] 0 for a name, else the alias's index + 1. */
  readonly aliases: Uint32Array;
}

export interface SearchOptions {
  /** Matches before the page. */
  from: number;
  limit: number;
  /** Only entities that it is true of. */
  accepts?: (entity: number) => boolean;
}

/** Texts between pauses. */
const PAUSE = 1 << 12;

export class NameSearch {
  private constructor(
    private readonly texts: NameTexts,
    private readonly index: GramIndex,
  ) {}

  /** @param ranks [E]; without, the order is that of keys */
  static build(snapshot: GraphSnapshot, ranks?: Float64Array): NameSearch {
    return finishWork(NameSearch.buildInSlices(snapshot, rankOrder(snapshot.entityCount, ranks)));
  }

  /** @param order [E] entities, the most important first */
  static *buildInSlices(snapshot: GraphSnapshot, order: Uint32Array): SlicedWork<NameSearch> {
    const texts = yield* packTexts(snapshot, order);
    return new NameSearch(texts, yield* GramIndex.buildInSlices(texts));
  }

  search(text: string, { from, limit, accepts = () => true }: SearchOptions): NameMatches {
    const query = unitsOf(normalizedName(text));
    // Texts by kind: a page of matches is made of them at the end.
    const found = KINDS.map((): number[] => []);
    const { entities } = this.texts;
    const { texts: candidates, places } = this.index.candidates(query);
    for (let i = 0; i < candidates.length; ) {
      const entity = entities[candidates[i]];
      let best = NO_MATCH;
      let bestText = 0;
      // Texts of an entity stand together.
      for (; i < candidates.length && entities[candidates[i]] === entity; i++) {
        const kind = places === undefined ? this.kindOf(candidates[i], query) : places[i];
        if (kind >= best) continue;
        best = kind;
        bestText = candidates[i];
      }
      if (best !== NO_MATCH && accepts(entity)) found[best].push(bestText);
    }
    return { total: found.reduce((sum, { length }) => sum + length, 0), matches: this.page(found, from, limit) };
  }

  private page(found: readonly number[][], from: number, limit: number): NameMatch[] {
    const matches: NameMatch[] = [];
    let before = 0;
    for (const [kind, texts] of found.entries()) {
      const start = Math.max(0, from - before);
      for (const text of texts.slice(start, start + limit - matches.length))
        matches.push(this.match(text, KINDS[kind]));
      before += texts.length;
    }
    return matches;
  }

  private match(text: number, kind: MatchKind): NameMatch {
    const { entities, aliases } = this.texts;
    const entity = entities[text];
    return aliases[text] === 0 ? { entity, kind } : { entity, kind, alias: aliases[text] - 1 };
  }

  private kindOf(text: number, query: Uint16Array): number {
    const { units, offsets } = this.texts;
    const start = offsets[text];
    const end = offsets[text + 1];
    if (standsAt(query, units, start, end)) return end - start === query.length ? PLACES.whole : PLACES.beginning;
    for (let at = start + 1; at + query.length <= end; at++) if (standsAt(query, units, at, end)) return PLACES.inside;
    return NO_MATCH;
  }
}

function* packTexts(snapshot: GraphSnapshot, order: Uint32Array): SlicedWork<NameTexts> {
  const { entityCount, entityNames, aliasTexts, aliasOffsets } = snapshot;
  const length = entityCount + aliasTexts.length;
  const entities = new Uint32Array(length);
  const aliases = new Uint32Array(length);
  const offsets = new Uint32Array(length + 1);
  let units = new Uint16Array(1 << 12);
  let count = 0;
  const add = (entity: number, alias: number, name: string) => {
    const normalized = normalizedName(name);
    const start = offsets[count];
    if (start + normalized.length > units.length) units = grown(units, start + normalized.length);
    for (let i = 0; i < normalized.length; i++) units[start + i] = normalized.charCodeAt(i);
    entities[count] = entity;
    aliases[count] = alias;
    offsets[++count] = start + normalized.length;
  };
  for (const [place, entity] of order.entries()) {
    add(entity, 0, entityNames.at(entity));
    for (let i = aliasOffsets[entity]; i < aliasOffsets[entity + 1]; i++) add(entity, i + 1, aliasTexts.at(i));
    if (place % PAUSE === 0) yield;
  }
  return { units: units.slice(0, offsets[count]), offsets, entities, aliases };
}

export function normalizedName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function unitsOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

function standsAt(query: Uint16Array, units: Uint16Array, at: number, end: number): boolean {
  if (at + query.length > end) return false;
  for (let i = 0; i < query.length; i++) if (units[at + i] !== query[i]) return false;
  return true;
}
