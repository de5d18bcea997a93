/**
 * The contract of the two stores (an embedded file, Neo4j). A store holds whole graphs: a writer puts one there from its
 * content, in batches that are each durable and are not done twice after an interruption; a reader gives it back. Both keep
 * the same graph, give the same answers, and pass test/contract/graph-store.suite.ts. Hot questions are answered from the
 * snapshot; the point queries here serve properties, small lookups and the stores' own tests.
 */

/** JSON scalars, and lists of them, as both stores keep them. */
export type PropertyValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

export interface EntityRecord {
  /** Stable id of the source. */
  key: string;
  name: string;
  /** Type names, the main one first. */
  types: string[];
  aliases: string[];
  properties?: Record<string, PropertyValue>;
}

export interface TripleRecord {
  head: string;
  relation: string;
  tail: string;
  /** Above 0; absent means 1. */
  weight?: number;
}

/** Where a part of a graph came from. */
export interface SourceRecord {
  /** Name within the graph, for example that of the mapping. */
  name: string;
  licence?: string;
  /** Where the files were had from, as the mapping says. */
  origin?: string;
}

export interface StoreCounts {
  entities: number;
  triples: number;
  relations: number;
  types: number;
}

export interface NeighbourRecord {
  relation: string;
  /** +1: an outgoing edge of the asked entity, -1: an incoming one. */
  direction: 1 | -1;
  key: string;
  name: string;
  weight: number;
}

/** Reads one graph. */
export interface GraphStore {
  sources(): Promise<SourceRecord[]>;
  counts(): Promise<StoreCounts>;
  entity(key: string): Promise<EntityRecord | undefined>;
  /** Names of the sources that tell of an entity, in the order of `sources`; none for an unknown one. */
  sourcesOf(key: string): Promise<string[]>;
  /** Ordered by (direction outgoing first, relation, key), at most `limit`. */
  neighbours(key: string, limit: number): Promise<NeighbourRecord[]>;
  /** All entities ordered by key, in blocks. */
  entities(): AsyncIterable<EntityRecord[]>;
  /** All triples ordered by (head, relation, tail), in blocks. */
  triples(): AsyncIterable<TripleRecord[]>;
  /** What one source tells of entities, by key. @param source its position in `sources` */
  entitiesOfSource(source: number): AsyncIterable<EntityRecord[]>;
  /** The triples that one source tells, by (head, relation, tail). */
  triplesOfSource(source: number): AsyncIterable<TripleRecord[]>;
  close(): Promise<void>;
}

/**
 * What the writer of either store is given besides a graph's content. It puts the whole graph in place of what was there.
 * Batches are durable one by one and numbered, so that a batch that is sent twice (a lost answer, a killed process) is kept
 * once. Readers see the graph when the writing has ended, and not before.
 */
export interface WriteOptions {
  /** Names the content: batches that an interrupted writing of the same content made durable are not written again. */
  contentId: string;
  signal: AbortSignal;
}
