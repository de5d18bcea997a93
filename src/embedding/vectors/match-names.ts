/** Which row of foreign vectors belongs to which entity or relation of a graph: names decide, ids of others mean nothing. */
import { MedgraftError } from '../../base/errors.js';

export interface NameMatch {
  /** By the graph's id: the row of its vector; -1: it has none. */
  readonly rows: Int32Array;
  readonly shared: number;
  /** The graph's names without a vector. */
  readonly without: readonly string[];
  /** Names of vectors that the graph has not. */
  readonly unused: readonly string[];
}

/** Below this share of the smaller side, what the names have in common is taken for chance. */
const LEAST_SHARE = 0.5;
const EXAMPLES = 3;

/**
 * @param spellings of the graph's names, each by id (keys, then shown names): the one with most vectors counts, for all
 * @param names of the rows, distinct
 */
export function matchNames(spellings: readonly (readonly string[])[], names: readonly string[]): NameMatch {
  const rowOf = new Map(names.map((name, row) => [name, row]));
  const sharedBy = spellings.map((spelling) => spelling.reduce((sum, name) => sum + (rowOf.has(name) ? 1 : 0), 0));
  const shared = Math.max(...sharedBy);
  const spelling = spellings[sharedBy.indexOf(shared)];
  const known = new Set(spelling);
  return {
    rows: Int32Array.from(spelling, (name) => rowOf.get(name) ?? -1),
    shared,
    without: spelling.filter((name) => !rowOf.has(name)),
    unused: names.filter((name) => !known.has(name)),
  };
}

/** @throws MedgraftError `embedding.other-graph` */
export function assertSameGraph(what: string, { rows, shared, without, unused }: NameMatch, place: string): void {
  const smaller = Math.min(rows.length, shared + unused.length);
  if (smaller === 0 || shared >= smaller * LEAST_SHARE) return;
  throw new MedgraftError(
    'input',
    'embedding.other-graph',
    `the vectors are of another graph: ${shared} ${what} in common`,
    {
      place,
      expected: `names like those of the graph: ${examplesOf(without)}`,
      got: examplesOf(unused),
      hint: 'names have to be written alike (keys or names of entities): import the graph that the vectors were trained on',
    },
  );
}

export function examplesOf(names: readonly string[]): string {
  const shown = names.slice(0, EXAMPLES).map((name) => JSON.stringify(name.slice(0, 60)));
  return names.length > EXAMPLES ? `${shown.join(', ')}, ...` : shown.join(', ');
}
