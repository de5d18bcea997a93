/**
 * Which row of foreign vectors or weights belongs to which entity or relation of a graph: names decide, ids of others mean
 * nothing.
 */

export interface NameMatch {
  /** By the graph's id: the row of its vector; -1: it has none. */
  readonly rows: Int32Array;
  /** How many of the graph's names have one. */
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

/** Whether the names are of this graph, as far as names can tell. */
export function isSameGraph({ rows, shared, unused }: NameMatch): boolean {
  const smaller = Math.min(rows.length, shared + unused.length);
  return smaller === 0 || shared >= smaller * LEAST_SHARE;
}

export function examplesOf(names: readonly string[]): string {
  const shown = names.slice(0, EXAMPLES).map((name) => JSON.stringify(name.slice(0, 60)));
  return names.length > EXAMPLES ? `${shown.join(', ')}, ...` : shown.join(', ');
}
