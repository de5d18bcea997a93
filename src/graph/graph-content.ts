/**
 * A whole graph in memory, in canonical order: what a builder makes of sources, what writers put into stores, and what its
 * hash is taken over. Entity ids follow the order of keys, relation ids that of names (both by code points), and triples
 * stand by (head, relation, tail), so that equal graphs give equal content whatever the order of their rows.
 */
import type { GraphSnapshot } from './graph-snapshot.js';
import type { EntityRecord, SourceRecord, TripleRecord } from './graph-store.js';
import { Interner } from './interner.js';
import { mergedEntity } from './merge-entity.js';
import { NamesBuilder, PackedNames } from './packed-names.js';
import {
  type EdgeColumns,
  incomingRows,
  outgoingRows,
  sortedDistinct,
  tripleStarts,
  withoutSources,
} from './sparse-rows.js';

export interface GraphContent {
  readonly snapshot: GraphSnapshot;
  /** Weights of outgoing edges as the sources gave them, in 64 bits [M]; absent when all are 1. */
  readonly weights?: Float64Array;
  readonly sources: readonly SourceRecord[];
  /** Everything about an entity; `types` has more than the snapshot's main one. */
  entity(id: number): EntityRecord;
  /** What each source tells, where there are several. */
  readonly parts?: GraphParts;
}

export interface GraphParts {
  /** What a source tells of an entity. */
  entity(source: number, id: number): EntityRecord | undefined;
  /** Edges by (head, relation, tail, source). */
  readonly edges: EdgeColumns;
  /** Outgoing edge i of the snapshot is what parts starts[i] .. starts[i + 1] - 1 tell [M + 1]. */
  readonly starts: Uint32Array;
}

/** Indexes into `sources` of those that tell of an entity. */
export function sourcesOfEntity({ sources, parts }: GraphContent, id: number): number[] {
  const all = sources.map((_, source) => source);
  return parts === undefined ? all : all.filter((source) => parts.entity(source, id) !== undefined);
}

/** The same of outgoing edge i. */
export function sourcesOfEdge({ sources, parts }: GraphContent, i: number): number[] {
  if (parts?.edges.sources === undefined) return sources.map((_, source) => source);
  return [...parts.edges.sources.subarray(parts.starts[i], parts.starts[i + 1])];
}

/** The type of entities whose source gives none. */
export const UNTYPED = 'entity';

/** Content in numbers, not yet sorted and joined. */
export interface RawContent {
  /** In order; ids are positions. */
  keys: readonly string[];
  relationNames: PackedNames;
  /** In any order, with repeats. */
  edges: EdgeColumns;
  /** Records by id, holes where the source does not tell of the entity. */
  sources: readonly { record: SourceRecord; entities: readonly (EntityRecord | undefined)[] }[];
}

/** Sorts and joins. */
export function contentOf({ keys, relationNames, edges, sources }: RawContent): GraphContent {
  const parts = sortedDistinct(edges, keys.length, relationNames.length);
  const joined = withoutSources(parts);
  const entities = sources.length === 1 ? sources[0].entities : keys.map((_, id) => joinedEntity(sources, id));
  const record = (id: number) => entities[id]!;
  return {
    snapshot: snapshotOf(keys, record, relationNames, joined),
    weights: joined.weights,
    sources: sources.map((source) => source.record),
    entity: record,
    parts:
      sources.length > 1
        ? { edges: parts, starts: tripleStarts(parts), entity: (source, id) => sources[source].entities[id] }
        : undefined,
  };
}

function joinedEntity(sources: RawContent['sources'], id: number): EntityRecord {
  const told = sources.map(({ entities }) => entities[id]).filter((part) => part !== undefined);
  return told.reduce(mergedEntity);
}

function snapshotOf(
  keys: readonly string[],
  entity: (id: number) => EntityRecord,
  relationNames: PackedNames,
  edges: EdgeColumns,
): GraphSnapshot {
  const entityCount = keys.length;
  const names = new NamesBuilder();
  const aliases = new NamesBuilder();
  const aliasOffsets = new Uint32Array(entityCount + 1);
  const types = new Interner('types');
  const typeNumbers = new Uint16Array(entityCount);
  for (let id = 0; id < entityCount; id++) {
    const record = entity(id);
    names.add(record.name);
    for (const alias of record.aliases) aliases.add(alias);
    aliasOffsets[id + 1] = aliases.length;
    typeNumbers[id] = types.idOf(record.types[0] ?? UNTYPED);
  }
  const { names: typeNames, rank } = types.sorted();
  return {
    entityCount,
    relationCount: relationNames.length,
    typeCount: typeNames.length,
    tripleCount: edges.heads.length,
    outgoing: outgoingRows(edges, entityCount),
    incoming: incomingRows(edges, entityCount, relationNames.length),
    entityKeys: PackedNames.from(keys),
    entityNames: names.finish(),
    relationNames,
    typeNames,
    entityTypes: typeNumbers.map((type) => rank[type]),
    aliasOffsets,
    aliasTexts: aliases.finish(),
  };
}

/** Triples of outgoing edges from .. to - 1, by key. */
export function* triplesOf({ snapshot, weights }: GraphContent, from: number, to: number): Generator<TripleRecord> {
  const { outgoing, entityKeys, relationNames } = snapshot;
  let head = headOfEdge(outgoing.offsets, from);
  let key = from < to ? entityKeys.at(head) : '';
  for (let i = from; i < to; i++) {
    if (i >= outgoing.offsets[head + 1]) {
      while (i >= outgoing.offsets[head + 1]) head++;
      key = entityKeys.at(head);
    }
    const relation = relationNames.at(outgoing.relations[i]);
    const triple: TripleRecord = { head: key, relation, tail: entityKeys.at(outgoing.entities[i]) };
    const weight = weights?.[i] ?? 1;
    if (weight !== 1) triple.weight = weight;
    yield triple;
  }
}

/** The row that edge i stands in: the last one that starts at or before it and is not empty. */
export function headOfEdge(offsets: Uint32Array, edge: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (offsets[middle] <= edge) low = middle;
    else high = middle;
  }
  return low;
}
