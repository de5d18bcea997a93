/**
 * Rows of one or more sources, in any order and with repeats, to a graph's content in canonical order. What is told twice
 * is joined (merge-entity.ts, sparse-rows.ts), and each source's part is kept apart, so that one can be taken out again.
 */
import { EdgeList } from './edge-list.js';
import { contentOf, type GraphContent } from './graph-content.js';
import type { EntityRecord, SourceRecord, TripleRecord } from './graph-store.js';
import { Interner } from './interner.js';
import { sortKeys } from './key-order.js';
import { mergedEntity, normalizedEntity } from './merge-entity.js';

/** What one source tells of the entities, by number of arrival. */
type EntityParts = Map<number, EntityRecord>;

export class GraphBuilder {
  private readonly ids = new Map<string, number>();
  private readonly relations = new Interner('relations');
  private readonly edges = new EdgeList();
  private readonly sources: { record: SourceRecord; entities: EntityParts }[] = [];
  /** Numbers of entities that only removed sources told of. */
  private readonly orphans = new Set<number>();
  /** Position of the source that tells now. */
  private current = -1;

  /** Later rows are told by this source, for the first time or in addition to what it told before. */
  beginSource(record: SourceRecord): void {
    const known = this.sources.findIndex(({ record: { name } }) => name === record.name);
    this.current = known < 0 ? this.sources.push({ record, entities: new Map() }) - 1 : known;
    this.sources[this.current].record = record;
  }

  /** Takes out all that only this source tells. @returns whether it was there */
  removeSource(name: string): boolean {
    const position = this.sources.findIndex(({ record }) => record.name === name);
    if (position < 0) return false;
    const [{ entities }] = this.sources.splice(position, 1);
    for (const id of entities.keys()) {
      if (!this.sources.some((other) => other.entities.has(id))) this.orphans.add(id);
    }
    this.current = -1;
    this.edges.removeSource(position);
    return true;
  }

  /** Triples told by all sources; one that a source repeats counts each time. */
  get tripleRows(): number {
    return this.edges.length;
  }

  /** Whether some source told of the entity. */
  has(key: string): boolean {
    return this.idOf(key) !== undefined;
  }

  /** @returns what this source told of the entity before */
  addEntity(entity: EntityRecord): EntityRecord | undefined {
    const { entities } = this.sources[this.current];
    let id = this.ids.get(entity.key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(entity.key, id);
    }
    this.orphans.delete(id);
    const known = entities.get(id);
    entities.set(id, known ? mergedEntity(known, entity) : normalizedEntity(entity));
    return known;
  }

  /**
   * Adds a triple whose ends have been told of.
   * @returns the end that nobody told of; then the triple is not added
   * @throws MedgraftError `graph.too-many-names`
   */
  addTriple({ head, relation, tail, weight = 1 }: TripleRecord): string | undefined {
    const from = this.idOf(head);
    if (from === undefined) return head;
    const to = this.idOf(tail);
    if (to === undefined) return tail;
    this.edges.add(from, this.relations.idOf(relation), to, weight, this.current);
    return undefined;
  }

  /** Triples whose ends were only told by sources that are gone are left out. The builder can go on afterwards. */
  finish(): GraphContent {
    const { keys, rank } = this.rankedKeys();
    const inUse = this.edges.relationsInUse(rank, this.relations.size);
    const relations = this.relations.sorted((id) => inUse[id] === 1);
    return contentOf({
      keys,
      relationNames: relations.names,
      edges: this.edges.renumbered(rank, relations.rank, this.sources.length),
      sources: this.sources.map(({ record, entities }) => ({ record, entities: renumbered(entities, rank) })),
    });
  }

  private idOf(key: string): number | undefined {
    const id = this.ids.get(key);
    return id === undefined || this.orphans.has(id) ? undefined : id;
  }

  /** Keys of the entities that a source tells of, in order; rank[number of arrival] = id, or -1. */
  private rankedKeys(): { keys: string[]; rank: Int32Array } {
    const keys = sortKeys([...this.ids.keys()].filter((key) => this.has(key)));
    const rank = new Int32Array(this.ids.size).fill(-1);
    keys.forEach((key, id) => {
      rank[this.ids.get(key)!] = id;
    });
    return { keys, rank };
  }
}

/** The records by id: records[id], undefined for entities that the source does not tell of. */
function renumbered(entities: EntityParts, rank: Int32Array): (EntityRecord | undefined)[] {
  const records: (EntityRecord | undefined)[] = [];
  for (const [number, record] of entities) records[rank[number]] = record;
  return records;
}
