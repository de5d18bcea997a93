/**
 * `format: numbered-triples`: triples of numbers beside lists that name them. OpenKE (its README, "Data Format") counts the
 * lines of each file in the first one, lists `name TAB id`, and writes head, tail, relation; DGL-KE (`udd_*`, its
 * "Training on your own dataset") lists `id TAB name` and writes the order that the format's letters say.
 */
import type { MappingFields } from './mapping-fields.js';

export interface NumberedTriplesMapping {
  format: 'numbered-triples';
  style: 'openke' | 'dgl-ke';
  entities: string;
  relations: string;
  files: string[];
  order: NumberedColumn[];
  /** Type of all entities. */
  type?: string;
}

export type NumberedColumn = 'head' | 'relation' | 'tail';

const USUAL_ORDER: Record<NumberedTriplesMapping['style'], NumberedColumn[]> = {
  openke: ['head', 'tail', 'relation'],
  'dgl-ke': ['head', 'relation', 'tail'],
};

export function numberedTriplesMapping(fields: MappingFields): NumberedTriplesMapping {
  const style = fields.choice('style', ['openke', 'dgl-ke'] as const);
  const files = fields.texts('files') ?? [];
  if (files.length === 0) throw fields.error('files', 'a list with the name of a file', 'nothing');
  return {
    format: 'numbered-triples',
    style,
    entities: fields.required('entities'),
    relations: fields.required('relations'),
    files,
    order: columnOrder(fields) ?? USUAL_ORDER[style],
    type: fields.text('type'),
  };
}

function columnOrder(fields: MappingFields): NumberedColumn[] | undefined {
  const order = fields.texts('order');
  if (order === undefined) return undefined;
  if ([...order].sort().join() === 'head,relation,tail') return order as NumberedColumn[];
  throw fields.error('order', 'head, relation and tail in the order of the columns', order.join(', '));
}
