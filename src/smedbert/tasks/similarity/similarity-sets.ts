import { CounterRandom } from '../../../base/random.js';
import type { GraphSnapshot } from '../../../graph/graph-snapshot.js';
import { isLinkable } from '../../../text/surface-lexicon.js';
import { jaroWinkler } from './jaro-winkler.js';
import { likestEntity } from './shared-neighbours.js';

/**
 * Questions of unsupervised semantic similarity, made of any graph (Zhang et al. 2021, section 4): which of 20 names of one
 * type means the same as the query, where all wrong ones are spelled like it (Jaro-Winkler above 0.6).
 * - D1: the right one is an alias of the query's entity.
 * - D2: it is the name of another entity with nearly the same neighbours (Jaccard >= 0.75, at least 3 shared).
 * - D3: as D1, for entities that a corpus mentions at most 200 times.
 */
export interface SimilarityQuestion {
  readonly query: string;
  /** The right one first. */
  readonly candidates: readonly string[];
}

export type SimilaritySet = 'D1' | 'D2' | 'D3';

export interface SimilarityOptions {
  /** Questions of a set, at most. */
  readonly questions: number;
  /** Wrong ones a question. */
  readonly negatives: number;
  /** [entities] mentions in the linked corpus. */
  readonly mentionFrequency: ArrayLike<number>;
}

const SPELLED_LIKE = 0.6;
const RARE = 200;

/** Yields after each entity that was looked at, so that others may work between. */
export function* similarityQuestions(
  snapshot: GraphSnapshot,
  set: SimilaritySet,
  { questions, negatives, mentionFrequency }: SimilarityOptions,
): Generator<void, SimilarityQuestion[]> {
  const surfaces = surfacesByType(snapshot);
  const found: SimilarityQuestion[] = [];
  for (const entity of drawnOrder(snapshot.entityCount, set)) {
    if (found.length === questions) break;
    yield;
    if (set === 'D3' && mentionFrequency[entity] > RARE) continue;
    const positive = positiveOf(snapshot, entity, set);
    if (positive === undefined) continue;
    const query = snapshot.entityNames.at(entity);
    const same = surfaces.get(snapshot.entityTypes[entity]) ?? [];
    const wrong = wrongNames(
      query,
      new Set([entity, positive.entity]),
      new Set([query, positive.text]),
      same,
      negatives,
    );
    if (wrong.length === negatives) found.push({ query, candidates: [positive.text, ...wrong] });
  }
  return found;
}

interface Surface {
  readonly text: string;
  readonly entity: number;
}

function positiveOf(snapshot: GraphSnapshot, entity: number, set: SimilaritySet): Surface | undefined {
  const name = snapshot.entityNames.at(entity);
  if (set === 'D2') {
    const other = likestEntity(snapshot, entity);
    const text = other === undefined ? name : snapshot.entityNames.at(other);
    return other === undefined || text === name ? undefined : { text, entity: other };
  }
  const aliases = aliasesOf(snapshot, entity).filter((alias) => alias !== name && isLinkable(alias));
  if (aliases.length === 0) return undefined;
  const drawn = new CounterRandom(0, 'similarity.alias').below(aliases.length, 0, entity);
  return { text: aliases[drawn], entity };
}

/** Names of the type that are spelled like the query and name none of the given entities, drawn by a fixed key. */
function wrongNames(
  query: string,
  entities: ReadonlySet<number>,
  texts: ReadonlySet<string>,
  surfaces: readonly Surface[],
  count: number,
): string[] {
  const right = new Set([...texts, ...surfaces.filter(({ entity }) => entities.has(entity)).map(({ text }) => text)]);
  const alike = new Set<string>();
  for (const { text } of surfaces) if (!right.has(text) && jaroWinkler(query, text) > SPELLED_LIKE) alike.add(text);
  const random = new CounterRandom(0, `similarity.wrong.${query}`);
  return [...alike]
    .map((text, i) => ({ text, draw: random.uint32(0, i), i }))
    .sort((a, b) => a.draw - b.draw || a.i - b.i)
    .slice(0, count)
    .map(({ text }) => text);
}

function surfacesByType(snapshot: GraphSnapshot): Map<number, Surface[]> {
  const byType = new Map<number, Surface[]>();
  for (let entity = 0; entity < snapshot.entityCount; entity++) {
    const type = snapshot.entityTypes[entity];
    const list = byType.get(type) ?? [];
    byType.set(type, list);
    for (const text of [snapshot.entityNames.at(entity), ...aliasesOf(snapshot, entity)]) {
      if (isLinkable(text)) list.push({ text, entity });
    }
  }
  return byType;
}

function aliasesOf({ aliasOffsets, aliasTexts }: GraphSnapshot, entity: number): string[] {
  const first = aliasOffsets[entity];
  return Array.from({ length: aliasOffsets[entity + 1] - first }, (_, i) => aliasTexts.at(first + i));
}

function drawnOrder(count: number, set: SimilaritySet): number[] {
  const random = new CounterRandom(0, `similarity.${set}`);
  return Array.from({ length: count }, (_, entity) => ({ entity, draw: random.uint32(0, entity) }))
    .sort((a, b) => a.draw - b.draw || a.entity - b.entity)
    .map(({ entity }) => entity);
}
