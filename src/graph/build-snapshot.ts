/**
 * Entities and triples, in any number of blocks, to a snapshot. Entity ids follow the order of arrival (the stores give
 * entities by key); relation and type ids follow the order of their names. A triple costs 14 bytes while it waits, so
 * 4.39 M triples need about 200 MB at the peak of sorting.
 */
import { MedgraftError } from '../base/errors.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';
import { grown, NamesBuilder, PackedNames } from './packed-names.js';
import { type EdgeColumns, incomingRows, outgoingRows, sortedDistinct } from './sparse-rows.js';

/** Relation and type ids are 16 bits wide. */
const NAMES_LIMIT = 65_535;

export class SnapshotBuilder {
  private readonly ids = new Map<string, number>();
  private readonly keys = new NamesBuilder();
  private readonly names = new NamesBuilder();
  private readonly aliases = new NamesBuilder();
  private aliasOffsets = new Uint32Array(1 << 8);
  private readonly types = new Interner('types');
  private entityTypes = new Uint16Array(1 << 8);
  private readonly relations = new Interner('relations');
  private heads = new Uint32Array(1 << 10);
  private tails = new Uint32Array(1 << 10);
  private relationIds = new Uint16Array(1 << 10);
  private weights = new Float32Array(1 << 10);
  private triples = 0;
  private weighted = false;

  /** @throws MedgraftError `graph.duplicate-key` */
  addEntity({ key, name, types, aliases }: EntityRecord): void {
    if (this.ids.has(key)) {
      throw new MedgraftError('input', 'graph.duplicate-key', 'two entities have the same key', { got: key });
    }
    const id = this.keys.add(key);
    this.ids.set(key, id);
    this.names.add(name);
    if (id + 2 > this.aliasOffsets.length) this.aliasOffsets = grown(this.aliasOffsets, id + 2);
    if (id + 1 > this.entityTypes.length) this.entityTypes = grown(this.entityTypes, id + 1);
    for (const alias of aliases) this.aliases.add(alias);
    this.aliasOffsets[id + 1] = this.aliases.length;
    this.entityTypes[id] = this.types.idOf(types[0] ?? UNTYPED);
  }

  /** Its ends must have been added. @throws MedgraftError `graph.dangling` */
  addTriple({ head, relation, tail, weight }: TripleRecord): void {
    if (this.triples === this.heads.length) this.growTriples();
    this.heads[this.triples] = this.entityId(head);
    this.tails[this.triples] = this.entityId(tail);
    this.relationIds[this.triples] = this.relations.idOf(relation);
    this.weights[this.triples] = weight ?? 1;
    this.weighted ||= weight !== undefined && weight !== 1;
    this.triples++;
  }

  finish(): GraphSnapshot {
    const entityCount = this.keys.length;
    const relations = this.relations.sorted();
    const types = this.types.sorted();
    const edges = sortedDistinct(this.columns(relations.rank), entityCount, relations.names.length);
    return {
      entityCount,
      relationCount: relations.names.length,
      typeCount: types.names.length,
      tripleCount: edges.heads.length,
      outgoing: outgoingRows(edges, entityCount),
      incoming: incomingRows(edges, entityCount, relations.names.length),
      entityKeys: this.keys.finish(),
      entityNames: this.names.finish(),
      relationNames: relations.names,
      typeNames: types.names,
      entityTypes: this.entityTypes.slice(0, entityCount).map((type) => types.rank[type]),
      aliasOffsets: this.aliasOffsets.slice(0, entityCount + 1),
      aliasTexts: this.aliases.finish(),
    };
  }

  private columns(relationRank: Uint16Array): EdgeColumns {
    return {
      heads: this.heads.subarray(0, this.triples),
      tails: this.tails.subarray(0, this.triples),
      relations: this.relationIds.subarray(0, this.triples).map((relation) => relationRank[relation]),
      weights: this.weighted ? this.weights.subarray(0, this.triples) : undefined,
    };
  }

  private entityId(key: string): number {
    const id = this.ids.get(key);
    if (id === undefined) {
      throw new MedgraftError('input', 'graph.dangling', 'a triple names an entity that does not exist', { got: key });
    }
    return id;
  }

  private growTriples(): void {
    this.heads = grown(this.heads, 0);
    this.tails = grown(this.tails, 0);
    this.relationIds = grown(this.relationIds, 0);
    this.weights = grown(this.weights, 0);
  }
}

/** The type of entities whose source gives none. */
export const UNTYPED = 'entity';

/** Entities and triples that fit in memory, such as tests' and samples'. */
export function buildSnapshot(entities: Iterable<EntityRecord>, triples: Iterable<TripleRecord>): GraphSnapshot {
  const builder = new SnapshotBuilder();
  for (const entity of entities) builder.addEntity(entity);
  for (const triple of triples) builder.addTriple(triple);
  return builder.finish();
}

/** Numbers names as they come, and renumbers them by name at the end. */
class Interner {
  private readonly ids = new Map<string, number>();

  constructor(private readonly what: string) {}

  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.ids.size;
    if (id >= NAMES_LIMIT) {
      throw new MedgraftError('input', 'graph.too-many-names', `the graph has too many ${this.what}`, {
        expected: `at most ${NAMES_LIMIT}`,
        hint: 'a column with free text or ids was probably mapped as the relation or the type',
      });
    }
    this.ids.set(name, id);
    return id;
  }

  /** rank[id as numbered] = id by name. */
  sorted(): { names: PackedNames; rank: Uint16Array } {
    const names = [...this.ids.keys()].sort();
    const rank = new Uint16Array(names.length);
    names.forEach((name, position) => {
      rank[this.ids.get(name)!] = position;
    });
    return { names: PackedNames.from(names), rank };
  }
}
