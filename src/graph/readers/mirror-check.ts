/**
 * Whether two neighbour dictionaries mirror each other: every (head, relation, tail) of `ent2outRel` stands in `ent2inRel`
 * as (tail, relation, head), and the other way round. By binary search in sorted rows, a bit for each edge seen.
 */
import type { NeighbourDictionary, ReferenceNames } from './neighbour-dictionary.js';
import { rowError, type SourceRow } from './source-row.js';

/** Edges of one dictionary that the other lacks. */
export function* unmirrored(
  outgoing: NeighbourDictionary,
  incoming: NeighbourDictionary,
  names: ReferenceNames,
): Generator<SourceRow> {
  yield* missingIn(outgoing, incoming, names, 'ent2inRel');
  yield* missingIn(incoming, outgoing, names, 'ent2outRel');
}

function* missingIn(
  from: NeighbourDictionary,
  other: NeighbourDictionary,
  names: ReferenceNames,
  otherName: string,
): Generator<SourceRow> {
  const rows = new SortedRows(other, names.entities.size);
  for (let entry = 0; entry < from.owners.length; entry++) {
    const owner = from.owners[entry];
    for (let i = from.offsets[entry]; i < from.offsets[entry + 1]; i++) {
      if (rows.has(from.entities[i], from.relations[i], owner)) continue;
      const edge = `(${names.relations.nameOf(from.relations[i])}, ${names.entities.nameOf(from.entities[i])})`;
      const reason = `${names.entities.nameOf(owner)} has ${edge}, and ${otherName} does not have its mirror`;
      yield rowError({ file: from.file, line: entry + 1 }, 'graph.row-not-mirrored', reason);
    }
  }
}

/** A dictionary's edges by owner, each row sorted. */
class SortedRows {
  /** [entities + 1] */
  private readonly offsets: Uint32Array;
  /** [edges] relation * entities + neighbour */
  private readonly edges: Float64Array;

  constructor(
    { owners, offsets, relations, entities }: NeighbourDictionary,
    private readonly entityCount: number,
  ) {
    const starts = new Uint32Array(entityCount + 1);
    for (let entry = 0; entry < owners.length; entry++) {
      starts[owners[entry] + 1] += offsets[entry + 1] - offsets[entry];
    }
    for (let id = 0; id < entityCount; id++) starts[id + 1] += starts[id];
    this.offsets = starts;
    this.edges = new Float64Array(entities.length);
    const next = starts.slice();
    for (let entry = 0; entry < owners.length; entry++) {
      for (let i = offsets[entry]; i < offsets[entry + 1]; i++) {
        this.edges[next[owners[entry]]++] = relations[i] * entityCount + entities[i];
      }
    }
    for (let id = 0; id < entityCount; id++) this.edges.subarray(starts[id], starts[id + 1]).sort();
  }

  has(owner: number, relation: number, neighbour: number): boolean {
    const wanted = relation * this.entityCount + neighbour;
    let low = this.offsets[owner];
    let high = this.offsets[owner + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.edges[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.offsets[owner + 1] && this.edges[low] === wanted;
  }
}
