/**
 * `format: reference`: the files of SMedBERT's reference repository (its README, steps 2 to 5). The neighbour dictionaries
 * are the graph; the others add what they know.
 */
import type { MappingFields } from './mapping-fields.js';

export interface ReferenceMapping {
  format: 'reference';
  /** `ent2outRel.pkl`: entity -> [(relation, entity)]. */
  outgoing: string;
  /** `ent2inRel.pkl`, which has to say the same from the other end. */
  incoming?: string;
  /** Pickle: entity -> type, a name or a number. */
  types?: string;
  /** `entity2id.txt`: its order is that of embeddings; entities without neighbours stand there only. */
  entities?: string;
  /** `relation2id.txt` */
  relations?: string;
  /** `global_PageRank.json`: entity -> weight, kept as a property. */
  ranks?: string;
  /** Type of entities that the types do not name. */
  type?: string;
}

export function referenceMapping(fields: MappingFields): ReferenceMapping {
  return {
    format: 'reference',
    outgoing: fields.required('outgoing'),
    incoming: fields.text('incoming'),
    types: fields.text('types'),
    entities: fields.text('entities'),
    relations: fields.text('relations'),
    ranks: fields.text('ranks'),
    type: fields.text('type'),
  };
}

export function referenceFiles(mapping: ReferenceMapping): string[] {
  const { outgoing, incoming, types, entities, relations, ranks } = mapping;
  return [outgoing, incoming, types, entities, relations, ranks].filter((file) => file !== undefined);
}
