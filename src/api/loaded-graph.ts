/** One version of a graph in memory, with what questions derive from it: made at the first question, then kept. */
import { join } from 'node:path';
import { STORE_FILE } from '../graph/graph-files.store.js';
import { graphSchema, type SchemaPattern } from '../graph/graph-schema.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { type GraphStatistics, graphStatistics } from '../graph/graph-statistics.js';
import { rankOrderInSlices } from '../graph/rank-order.js';
import { RankedAdjacency } from '../graph/ranked-adjacency.js';
import { Relevance } from '../graph/relevance.js';
import { NameSearch } from '../graph/search-names.js';
import { EmbeddedGraphStore } from '../graph/store/embedded/embedded-graph.store.js';
import { ExplainedLinker } from '../text/explained-linker.js';
import type { FairWork } from './fair-work.js';
import { KnownCounts } from './known-counts.js';

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
  private order: Promise<Uint32Array> | undefined;
  private rows: Promise<RankedAdjacency> | undefined;
  private names: Promise<NameSearch> | undefined;
  private walk: Promise<Relevance> | undefined;
  private linking: Promise<ExplainedLinker> | undefined;
  private counted: Promise<GraphStatistics> | undefined;
  private patterns: Promise<SchemaPattern[]> | undefined;
  private records: EmbeddedGraphStore | undefined;
  /** How many entities lie around some. */
  readonly reachable = new KnownCounts();

  /** @param work makes what is derived, a slice at a time */
  constructor(
    private readonly parts: GraphParts,
    private readonly work: FairWork,
  ) {}

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

  adjacency(): Promise<RankedAdjacency> {
    this.rows ??= this.rankOrder().then((order) => this.work.run(RankedAdjacency.buildInSlices(this.snapshot, order)));
    return this.rows;
  }

  relevance(): Promise<Relevance> {
    this.walk ??= this.adjacency().then((adjacency) => new Relevance(adjacency));
    return this.walk;
  }

  search(): Promise<NameSearch> {
    this.names ??= this.rankOrder().then((order) => this.work.run(NameSearch.buildInSlices(this.snapshot, order)));
    return this.names;
  }

  linker(): Promise<ExplainedLinker> {
    this.linking ??= this.work.run(ExplainedLinker.buildInSlices(this.snapshot, this.ranks));
    return this.linking;
  }

  statistics(): Promise<GraphStatistics> {
    this.counted ??= this.work.run(graphStatistics(this.snapshot));
    return this.counted;
  }

  schema(): Promise<SchemaPattern[]> {
    this.patterns ??= this.work.run(graphSchema(this.snapshot));
    return this.patterns;
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

  private rankOrder(): Promise<Uint32Array> {
    this.order ??= this.work.run(rankOrderInSlices(this.snapshot.entityCount, this.ranks));
    return this.order;
  }
}
