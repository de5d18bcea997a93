/**
 * Which edges a question is about: a direction, some relations, neighbours of some types. Names become masks by id once, so
 * that a test of an edge is two array reads.
 */
import { MedgraftError } from '../base/errors.js';
import type { GraphSnapshot, NameTable } from './graph-snapshot.js';

export type EdgeDirection = 'out' | 'in' | 'both';

/** As people ask; empty lists and `both` ask for everything. */
export interface NeighbourQuestion {
  direction?: EdgeDirection;
  relations?: readonly string[];
  types?: readonly string[];
}

export interface NeighbourFilter {
  /** +1 outgoing, -1 incoming, 0 both. */
  readonly direction: 1 | -1 | 0;
  /** [relations] 1 for those that pass; absent: all. */
  readonly relations?: Uint8Array;
  /** [types] of the neighbour, by its main type. */
  readonly types?: Uint8Array;
}

/**
 * @returns undefined when everything passes
 * @throws MedgraftError `graph.relation-unknown`, `graph.type-unknown`
 */
export function neighbourFilter(
  { relationNames, typeNames }: Pick<GraphSnapshot, 'relationNames' | 'typeNames'>,
  { direction = 'both', relations = [], types = [] }: NeighbourQuestion,
): NeighbourFilter | undefined {
  if (direction === 'both' && relations.length === 0 && types.length === 0) return undefined;
  return {
    direction: direction === 'both' ? 0 : direction === 'out' ? 1 : -1,
    relations: maskOf('relation', relationNames, relations),
    types: maskOf('type', typeNames, types),
  };
}

/** @param direction +1 or -1 as the edge goes out of or into the asked entity */
export function passes(filter: NeighbourFilter, direction: number, relation: number, type: number): boolean {
  if (filter.direction !== 0 && filter.direction !== direction) return false;
  if (filter.relations !== undefined && filter.relations[relation] === 0) return false;
  return filter.types === undefined || filter.types[type] === 1;
}

/** The same filter as seen from the other end of edges. */
export function reversed(filter: NeighbourFilter | undefined): NeighbourFilter | undefined {
  return filter && { ...filter, direction: -filter.direction as 1 | -1 | 0 };
}

const LISTED = 20;

function maskOf(what: 'relation' | 'type', table: NameTable, names: readonly string[]): Uint8Array | undefined {
  if (names.length === 0) return undefined;
  const mask = new Uint8Array(table.length);
  for (const name of names) {
    const id = table.idOf(name);
    if (id === undefined) throw unknownName(what, table, name);
    mask[id] = 1;
  }
  return mask;
}

function unknownName(what: 'relation' | 'type', table: NameTable, name: string): MedgraftError {
  const known = Array.from({ length: Math.min(table.length, LISTED) }, (_, id) => table.at(id));
  return new MedgraftError('input', `graph.${what}-unknown`, `the graph has no ${what} of this name`, {
    place: what,
    expected: `${known.join(', ')}${table.length > LISTED ? ', ...' : ''}`,
    got: JSON.stringify(name.slice(0, 100)),
  });
}
