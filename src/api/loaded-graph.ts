/** One version of a graph in memory, with what questions derive from it: made at the first question, then kept. */
import { join } from 'node:path';
import { STORE_FILE } from '../graph/graph-files.store.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { RankedAdjacency } from '../graph/ranked-adjacency.js';
import { NameSearch } from '../graph/search-names.js';
import { EmbeddedGraphStore } from '../graph/store/embedded/embedded-graph.store.js';

export interface GraphParts {
  kg: string;
  /** Names the artefacts that it was read from. */
  version: string;
  /** Of the import. */
  folder: string;
  snapshot: GraphSnapshot;
  /** Absent while the graph is not ranked. */
  ranks?: Float64Array;
}

export class LoadedGraph {
  private rows: RankedAdjacency | undefined;
  private names: NameSearch | undefined;
  private records: EmbeddedGraphStore | undefined;

  constructor(private readonly parts: GraphParts) {}

  get kg(): string {
    return this.parts.kg;
  }

  get version(): string {
    return this.parts.version;
  }

  get snapshot(): GraphSnapshot {
    return this.parts.snapshot;
  }

  get ranks(): Float64Array | undefined {
    return this.parts.ranks;
  }

  get adjacency(): RankedAdjacency {
    this.rows ??= RankedAdjacency.build(this.snapshot, this.ranks);
    return this.rows;
  }

  get search(): NameSearch {
    this.names ??= new NameSearch(this.snapshot, this.ranks);
    return this.names;
  }

  /** Properties and sources of entities. @throws MedgraftError `graph.store-missing`, `graph.store-damaged`, ... */
  get store(): EmbeddedGraphStore {
    this.records ??= EmbeddedGraphStore.open(join(this.parts.folder, STORE_FILE));
    return this.records;
  }

  async close(): Promise<void> {
    await this.records?.close();
    this.records = undefined;
  }
}
