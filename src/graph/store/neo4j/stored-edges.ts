/** A block of edges as the server gives them, in the graph's order: by head, relation and tail. */
import type { TripleRecord } from '../../graph-store.js';
import { compareKeys } from '../../key-order.js';
import type { Row } from './neo4j-connection.js';
import { nameOf } from './token-names.js';

type StoredEdge = readonly [
  token: string,
  tail: number,
  weight: number | null,
  sources: readonly number[] | null,
  sourceWeights: readonly number[] | null,
];

export class StoredEdges {
  private readonly ranks = new Map<string, number>();

  /**
   * @param rows of (uid of the head, its edges), ordered by uid
   * @param keys of entities by uid
   */
  constructor(
    private readonly rows: readonly Row[],
    private readonly keys: ReadonlyMap<number, string>,
  ) {
    const names = new Set(rows.flatMap(([, edges]) => (edges as StoredEdge[]).map(([token]) => token)));
    const inOrder = [...names].sort((a, b) => compareKeys(nameOf(a), nameOf(b)));
    for (const [rank, token] of inOrder.entries()) this.ranks.set(token, rank);
  }

  /** @param source its position: what it tells; by default what all tell together */
  triples(source?: number): TripleRecord[] {
    const triples: TripleRecord[] = [];
    for (const [head, edges] of this.rows) {
      for (const edge of this.sorted(edges as StoredEdge[])) {
        const weight = source === undefined ? (edge[2] ?? 1) : weightBySource(edge, source);
        const tail = this.keys.get(edge[1]);
        // An edge that a person drew to another graph's entity is no part of this one.
        if (weight === undefined || tail === undefined) continue;
        const triple: TripleRecord = { head: this.keys.get(head as number)!, relation: nameOf(edge[0]), tail };
        if (weight !== 1) triple.weight = weight;
        triples.push(triple);
      }
    }
    return triples;
  }

  private sorted(edges: StoredEdge[]): StoredEdge[] {
    const rank = (token: string) => this.ranks.get(token)!;
    return edges.sort((a, b) => rank(a[0]) - rank(b[0]) || a[1] - b[1]);
  }
}

/** undefined when the source does not tell of the edge. */
function weightBySource([, , weight, sources, weights]: StoredEdge, source: number): number | undefined {
  if (sources === null) return weight ?? 1;
  const n = sources.indexOf(source);
  return n < 0 ? undefined : (weights?.[n] ?? 1);
}
