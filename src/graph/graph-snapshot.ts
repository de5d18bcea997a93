/**
 * The whole graph in typed arrays, both directions in compressed sparse rows. Ids are dense integers here and stable
 * strings outside; names enter only at the border. After the snapshot nobody queries a database in a loop.
 */
export interface Adjacency {
  /** Length entityCount + 1: the neighbours of entity e stand at offsets[e] .. offsets[e + 1] - 1. */
  readonly offsets: Uint32Array;
  /** The entity at the other end; ascending by (relation, entity) within a row. */
  readonly entities: Uint32Array;
  readonly relations: Uint16Array;
  /** Edge weights; absent when the source has none (all 1). */
  readonly weights?: Float32Array;
}

/** Strings by dense id, kept as UTF-8 so that a million names cost bytes and not objects. */
export interface NameTable {
  readonly length: number;
  at(id: number): string;
  /** undefined when the name is unknown. */
  idOf(name: string): number | undefined;
  /** All ids of a name that several share, ascending. */
  idsOf(name: string): number[];
}

export interface GraphSnapshot {
  readonly entityCount: number;
  readonly relationCount: number;
  readonly typeCount: number;
  readonly tripleCount: number;
  readonly outgoing: Adjacency;
  readonly incoming: Adjacency;
  /** The stable outside id of each entity (an IRI, a code, or the name itself). */
  readonly entityKeys: NameTable;
  /** The name shown and linked; not always unique. */
  readonly entityNames: NameTable;
  readonly relationNames: NameTable;
  readonly typeNames: NameTable;
  /** Type id of each entity: its most frequent role. */
  readonly entityTypes: Uint16Array;
  /** Aliases of entity e: aliasTexts[aliasOffsets[e] .. aliasOffsets[e + 1] - 1]. */
  readonly aliasOffsets: Uint32Array;
  readonly aliasTexts: NameTable;
}
