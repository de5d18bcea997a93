/**
 * The batches that a graph is sent in: entities, then edges, each in the order of the graph. They are bounded in rows and in
 * bytes, and are the same each time for the same graph, so that a writing can go on by their numbers.
 */
import neo4j from 'neo4j-driver';
import { type GraphContent, headOfEdge } from '../../graph-content.js';
import type { EntityRecord } from '../../graph-store.js';
import { type EntityRow, entityRow } from './entity-properties.js';
import { tokenOf } from './token-names.js';
import { uidOf } from './uid.js';

const BATCH_ROWS = 10_000;
const BATCH_BYTES = 4 << 20;

export interface Batch {
  /** Ids of entities, or positions of outgoing edges: from .. to - 1. */
  from: number;
  to: number;
}

/** Lengths are in UTF-16 units, of which none takes more than three bytes. */
const BYTES_A_UNIT = 3;
const BYTES_A_ROW = 200;

export function entityBatches({ snapshot: { entityCount }, entity, parts }: GraphContent): Batch[] {
  const copies = parts === undefined ? 1 : 2;
  const batches: Batch[] = [];
  let from = 0;
  let bytes = 0;
  for (let id = 0; id < entityCount; id++) {
    const size = BYTES_A_ROW + copies * BYTES_A_UNIT * textLength(entity(id));
    if (id > from && (bytes + size > BATCH_BYTES || id - from === BATCH_ROWS)) {
      batches.push({ from, to: id });
      from = id;
      bytes = 0;
    }
    bytes += size;
  }
  if (entityCount > from) batches.push({ from, to: entityCount });
  return batches;
}

function textLength({ key, name, types, aliases, properties }: EntityRecord): number {
  let length = key.length + name.length;
  for (const type of types) length += 2 * type.length;
  for (const alias of aliases) length += alias.length;
  return length + (properties === undefined ? 0 : JSON.stringify(properties).length);
}

/** Edges are numbers and the names of relations. */
export function edgeBatches({ snapshot: { tripleCount } }: GraphContent): Batch[] {
  const count = Math.ceil(tripleCount / BATCH_ROWS);
  return Array.from({ length: count }, (_, n) => ({
    from: n * BATCH_ROWS,
    to: Math.min(tripleCount, (n + 1) * BATCH_ROWS),
  }));
}

/** @param number of the graph in the database */
export function entityRows(
  content: GraphContent,
  { from, to }: Batch,
  number: number,
  ranks?: Float64Array,
): EntityRow[] {
  const rows: EntityRow[] = [];
  for (let id = from; id < to; id++) {
    rows.push(entityRow(content, id, { uid: neo4j.int(uidOf(number, id)), rank: ranks?.[id] }));
  }
  return rows;
}

/** Without weights and with one source: an edge is its ends and its relation. */
export function isBare({ weights, parts }: GraphContent): boolean {
  return weights === undefined && parts === undefined;
}

/** Rows of (head, tail, relation) and, unless the graph has neither weights nor parts, (weight, sources, weights by source). */
export function edgeRows(content: GraphContent, { from, to }: Batch, number: number): unknown[][] {
  const { snapshot, weights } = content;
  const { outgoing, relationNames } = snapshot;
  const bare = isBare(content);
  const tokens = new Map<number, string>();
  const rows: unknown[][] = [];
  let head = headOfEdge(outgoing.offsets, from);
  for (let i = from; i < to; i++) {
    while (i >= outgoing.offsets[head + 1]) head++;
    const relation = outgoing.relations[i];
    let token = tokens.get(relation);
    if (token === undefined) {
      token = tokenOf(relationNames.at(relation));
      tokens.set(relation, token);
    }
    const row = [uidOf(number, head), uidOf(number, outgoing.entities[i]), token];
    rows.push(bare ? row : [...row, weightOf(weights?.[i]), ...partsOfEdge(content, i)]);
  }
  return rows;
}

/** 1 is what no weight means. */
function weightOf(weight: number | undefined): number | null {
  return weight === undefined || weight === 1 ? null : weight;
}

/** Positions of the sources that tell of edge i, and their weights where one is not 1. */
function partsOfEdge({ parts }: GraphContent, i: number): unknown[] {
  if (parts === undefined) return [null, null];
  const { edges, starts } = parts;
  const sources = [...edges.sources!.subarray(starts[i], starts[i + 1])];
  const weights = edges.weights && [...edges.weights.subarray(starts[i], starts[i + 1])];
  return [sources.map((source) => neo4j.int(source)), weights?.some((weight) => weight !== 1) ? weights : null];
}
