/**
 * `format: jsonl`: a whole graph as JSON Lines, as `kg.export` writes it: one entity a line (`key`, `name`, `types`,
 * `aliases`, `properties`; only the key is needed) and one triple a line (`head`, `relation`, `tail`, `weight`).
 */
import type { MappingFields } from './mapping-fields.js';

export interface GraphLinesMapping {
  format: 'jsonl';
  /** Without it, entities are made of the ends of triples. */
  entities?: string;
  triples: string;
  /** Type of entities that have none. */
  type?: string;
}

export function graphLinesMapping(fields: MappingFields): GraphLinesMapping {
  return {
    format: 'jsonl',
    entities: fields.text('entities'),
    triples: fields.required('triples'),
    type: fields.text('type'),
  };
}
