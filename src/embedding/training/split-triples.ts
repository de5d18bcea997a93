import { findEdge } from '../../graph/find-edge.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { NO_TRIPLES, selectTriples, type Triples, tripleCount } from '../triples.js';
import { shuffledRange } from './shuffle.js';

/**
 * Splits a graph's triples into training, validation and test: by lists, or at random. Entities and relations of triples
 * drawn at random all occur in training, as in Toutanova and Chen 2015: what training never saw cannot be ranked.
 */
export interface TripleSplit {
  /** Places of the training triples in the whole list. */
  readonly places: readonly number[];
  readonly train: Triples;
  readonly valid: Triples;
  readonly test: Triples;
}

/**
 * @param validShare, testShare of all triples, in [0, 1); fewer are held out when training would lose an entity
 */
export function splitTriples(triples: Triples, validShare: number, testShare: number, seed: number): TripleSplit {
  const count = tripleCount(triples);
  const uses = countUses(triples);
  const wanted = [Math.floor(count * validShare), Math.floor(count * testShare)];
  const held: number[][] = [[], []];
  const train: number[] = [];
  for (const at of shuffledRange(count, seed, 'embedding.split', 0)) {
    const side = held[0].length < wanted[0] ? 0 : 1;
    if (held[side].length < wanted[side] && spare(triples, at, uses)) held[side].push(at);
    else train.push(at);
  }
  const ordered = (positions: number[]) => positions.sort((a, b) => a - b);
  const [places, valid, test] = [train, ...held].map(ordered);
  const [trained, ...others] = [places, valid, test].map((positions) => selectTriples(triples, positions));
  return { places, train: trained, valid: others[0], test: others[1] };
}

/**
 * Takes given triples out of a graph's. Held-out triples need not be in the graph; one that both lists name is in both.
 * @param triples all of the graph, in its order
 */
export function splitGivenTriples(
  { outgoing }: Pick<GraphSnapshot, 'outgoing'>,
  triples: Triples,
  valid: Triples = NO_TRIPLES,
  test: Triples = NO_TRIPLES,
): TripleSplit {
  const isHeld = new Uint8Array(tripleCount(triples));
  for (const held of [valid, test]) {
    for (let at = 0; at < tripleCount(held); at++) {
      const place = findEdge(outgoing, held.heads[at], held.relations[at], held.tails[at]);
      if (place >= 0) isHeld[place] = 1;
    }
  }
  const places: number[] = [];
  for (let at = 0; at < isHeld.length; at++) if (isHeld[at] === 0) places.push(at);
  return { places, train: selectTriples(triples, places), valid, test };
}

interface Uses {
  readonly entities: Map<number, number>;
  readonly relations: Map<number, number>;
}

function countUses({ heads, relations, tails }: Triples): Uses {
  const entities = new Map<number, number>();
  const uses = new Map<number, number>();
  for (let at = 0; at < heads.length; at++) {
    add(entities, heads[at], 1);
    add(entities, tails[at], 1);
    add(uses, relations[at], 1);
  }
  return { entities, relations: uses };
}

/** Takes the triple out of the counts if its parts stay in use without it. */
function spare({ heads, relations, tails }: Triples, at: number, { entities, relations: uses }: Uses): boolean {
  add(entities, heads[at], -1);
  add(entities, tails[at], -1);
  add(uses, relations[at], -1);
  if (entities.get(heads[at]) && entities.get(tails[at]) && uses.get(relations[at])) return true;
  add(entities, heads[at], 1);
  add(entities, tails[at], 1);
  add(uses, relations[at], 1);
  return false;
}

function add(counts: Map<number, number>, key: number, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
