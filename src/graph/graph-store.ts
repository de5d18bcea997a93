/**
 * The contract of the two stores (an embedded file, Neo4j). Both keep the same graph, give the same answers, and pass
 * test/contract/graph-store.suite.ts. Bulk readers go through `rows` methods into a snapshot; the point queries here
 * serve small lookups and the stores' own tests.
 */
export interface EntityRecord {
  /** Stable id of the source. */
  key: string;
  name: string;
  /** Type names, the main one first. */
  types: string[];
  aliases: string[];
  properties?: Record<string, string | number | boolean>;
}

export interface TripleRecord {
  head: string;
  relation: string;
  tail: string;
  weight?: number;
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

export interface GraphStore {
  /** Adds or merges; a repeated key unites types and aliases, a repeated triple keeps the last weight. Durable when resolved. */
  putEntities(batch: readonly EntityRecord[]): Promise<void>;
  /** @throws MedgraftError `graph.dangling` naming the first triple whose end does not exist; nothing of the batch is kept */
  putTriples(batch: readonly TripleRecord[]): Promise<void>;
  /** Called once after the last batch: builds indexes and degrees. */
  finish(): Promise<void>;
  counts(): Promise<StoreCounts>;
  entity(key: string): Promise<EntityRecord | undefined>;
  /** Ordered by (direction outgoing first, relation, key), at most `limit`. */
  neighbours(key: string, limit: number): Promise<NeighbourRecord[]>;
  /** All entities ordered by key, in blocks. */
  entities(): AsyncIterable<EntityRecord[]>;
  /** All triples ordered by (head, relation, tail), in blocks. */
  triples(): AsyncIterable<TripleRecord[]>;
  /** SHA-256 over the ordered content: equal for equal graphs in any store and any row order. */
  contentHash(): Promise<string>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
