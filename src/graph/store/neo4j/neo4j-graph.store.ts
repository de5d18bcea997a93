/**
 * A graph in Neo4j, read. Point questions ask for what the name stands for at that moment; blocks are ranges of the graph
 * that was there when the reading began, and end with an error when it is replaced meanwhile.
 */
import { MedgraftError } from '../../../base/errors.js';
import type {
  EntityRecord,
  GraphStore,
  NeighbourRecord,
  SourceRecord,
  StoreCounts,
  TripleRecord,
} from '../../graph-store.js';
import { countGraph } from './count-graph.js';
import { type NodeProperties, type StoredEntity, storedEntity } from './entity-properties.js';
import type { Neo4jConnection, Row } from './neo4j-connection.js';
import { StoredEdges } from './stored-edges.js';
import { currentGraph, type StoredGraph } from './stored-graph.js';
import { nameOf } from './token-names.js';
import { uidRange } from './uid.js';

/** Entities a block. */
const BLOCK = 5000;

export class Neo4jGraphStore implements GraphStore {
  private constructor(
    private readonly connection: Neo4jConnection,
    private readonly kg: string,
  ) {}

  /** Takes the connection over: it is closed with the store. @throws MedgraftError `graph.neo4j-missing` */
  static async open(connection: Neo4jConnection, kg: string): Promise<Neo4jGraphStore> {
    await currentGraph(connection, kg);
    return new Neo4jGraphStore(connection, kg);
  }

  async sources(): Promise<SourceRecord[]> {
    return (await this.graph()).sources;
  }

  /** The name of the content that was written. */
  async contentId(): Promise<string> {
    return (await this.graph()).contentId;
  }

  /** Counted, not remembered: what a person deleted is missing. */
  async counts(): Promise<StoreCounts> {
    return countGraph(this.connection, (await this.graph()).number);
  }

  async entity(key: string): Promise<EntityRecord | undefined> {
    return (await this.stored(await this.graph(), key))?.entity;
  }

  async sourcesOf(key: string): Promise<string[]> {
    const graph = await this.graph();
    const found = await this.stored(graph, key);
    if (found === undefined) return [];
    const positions = found.sources ?? graph.sources.keys();
    return [...positions].map((position) => graph.sources[position].name);
  }

  async neighbours(key: string, limit: number): Promise<NeighbourRecord[]> {
    const { number, relationRanks } = await this.graph();
    const parameters = { key, order: relationRanks, ...uidRange(number) };
    const out = await this.connection.read('read/neighbours-out', { ...parameters, limit });
    if (out.length >= limit) return out.map((row) => neighbourOf(row, 1));
    const incoming = await this.connection.read('read/neighbours-in', { ...parameters, limit: limit - out.length });
    return [...out.map((row) => neighbourOf(row, 1)), ...incoming.map((row) => neighbourOf(row, -1))];
  }

  async *entities(): AsyncGenerator<EntityRecord[]> {
    for await (const block of this.storedBlocks()) yield block.map(({ entity }) => entity);
  }

  async *triples(): AsyncGenerator<TripleRecord[]> {
    for await (const block of this.edgeBlocks()) yield block.triples();
  }

  async *entitiesOfSource(source: number): AsyncGenerator<EntityRecord[]> {
    for await (const block of this.storedBlocks()) {
      const told = block.flatMap(({ entity, sources, part }) => {
        if (sources === undefined) return [entity];
        const n = sources.indexOf(source);
        return n < 0 ? [] : [part(n)];
      });
      if (told.length > 0) yield told;
    }
  }

  async *triplesOfSource(source: number): AsyncGenerator<TripleRecord[]> {
    for await (const block of this.edgeBlocks()) {
      const triples = block.triples(source);
      if (triples.length > 0) yield triples;
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private graph(): Promise<StoredGraph> {
    return currentGraph(this.connection, this.kg);
  }

  private async stored({ number }: StoredGraph, key: string): Promise<StoredEntity | undefined> {
    const [row] = await this.connection.read('read/entity', { key, ...uidRange(number) });
    return row && storedEntity(row[0] as NodeProperties);
  }

  private async *storedBlocks(): AsyncGenerator<StoredEntity[]> {
    const graph = await this.graph();
    for (let from = 0; from < graph.entities; from += BLOCK) {
      const rows = await this.connection.read('read/entity-block', uidRange(graph.number, from, from + BLOCK));
      await this.checkStillThere(graph);
      if (rows.length > 0) yield rows.map(([properties]) => storedEntity(properties as NodeProperties));
    }
  }

  private async *edgeBlocks(): AsyncGenerator<StoredEdges> {
    const graph = await this.graph();
    const keys = new Map<number, string>();
    for (let from = 0; from < graph.entities; from += BLOCK) {
      const rows = await this.connection.read('read/key-block', uidRange(graph.number, from, from + BLOCK));
      for (const [uid, key] of rows) keys.set(uid as number, key as string);
    }
    for (let from = 0; from < graph.entities; from += BLOCK) {
      const rows = await this.connection.read('read/edge-block', uidRange(graph.number, from, from + BLOCK));
      await this.checkStillThere(graph);
      if (rows.length > 0) yield new StoredEdges(rows, keys);
    }
  }

  private async checkStillThere({ number }: StoredGraph): Promise<void> {
    const rows = await this.connection.read('read/still-there', { number });
    if (rows.length > 0) return;
    throw new MedgraftError('conflict', 'graph.neo4j-replaced', `the graph ${this.kg} was replaced while it was read`, {
      place: this.connection.place,
      hint: 'run the same command again: it reads the new one',
    });
  }
}

function neighbourOf([relation, key, name, weight]: Row, direction: 1 | -1): NeighbourRecord {
  return {
    relation: nameOf(relation as string),
    direction,
    key: key as string,
    name: name as string,
    weight: (weight as number | null) ?? 1,
  };
}
