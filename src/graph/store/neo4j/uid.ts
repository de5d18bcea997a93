/**
 * An entity's number in the whole database: the graph's number in the upper bits, the id within the graph in the lower 32,
 * so that a graph is a range and its order is that of ids.
 */
const IDS = 2 ** 32;

export function uidOf(graph: number, id: number): number {
  return graph * IDS + id;
}

export function idOf(uid: number): number {
  return uid % IDS;
}

/** Entities from .. to - 1 of a graph, all of them by default, as the statements' parameters. */
export function uidRange(graph: number, from = 0, to = IDS): { from: number; to: number } {
  return { from: uidOf(graph, from), to: uidOf(graph, to) };
}
