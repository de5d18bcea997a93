/** Ranks that somebody else computed, by the names of a graph's entities; an entity without one ranks last, with 0. */
import { MedgraftError } from '../base/errors.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { examplesOf, isSameGraph, matchNames, type NameMatch } from './match-names.js';
import type { NamedWeights } from './readers/read-weights.js';
import { uniqueNames } from './unique-names.js';

export interface GivenRanks {
  /** [entities] */
  readonly ranks: Float64Array;
  readonly match: NameMatch;
}

/**
 * Names may be keys, or names as `uniqueNames` makes them distinct: those count of which more are known.
 * @param place of the weights, for messages
 * @throws MedgraftError `graph.given-ranks` for weights below 0 or of another graph
 */
export function givenRanks(snapshot: GraphSnapshot, { weights, malformed }: NamedWeights, place: string): GivenRanks {
  const [wrong] = malformed;
  if (wrong !== undefined) throw rankError(place, 'a weight is no number', 'numbers', JSON.stringify(wrong));
  const names = [...weights.keys()];
  const values = [...weights.values()];
  const below = values.findIndex((value) => value < 0);
  if (below >= 0) throw rankError(place, 'a weight is below 0', 'at least 0', `${names[below]}: ${values[below]}`);
  const keys = Array.from({ length: snapshot.entityCount }, (_, id) => snapshot.entityKeys.at(id));
  const match = matchNames([keys, uniqueNames(snapshot)], names);
  if (match.shared === 0 || !isSameGraph(match)) {
    const message = `the weights are of another graph: ${match.shared} entities in common`;
    throw rankError(place, message, examplesOf(match.without), examplesOf(match.unused) || 'no weights');
  }
  return { ranks: Float64Array.from(match.rows, (row) => (row < 0 ? 0 : values[row])), match };
}

function rankError(place: string, message: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'graph.given-ranks', message, {
    place,
    expected,
    got,
    hint: 'names have to be written as the graph has them, by key or by name',
  });
}
