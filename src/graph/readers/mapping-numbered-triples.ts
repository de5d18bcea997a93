/**
 * `format: numbered-triples`: triples of numbers beside lists that name them. OpenKE (its README, "Data Format") counts the
 * lines of each file in the first one, lists `name TAB id`, and writes head, tail, relation; DGL-KE (`udd_*`, its
 * "Training on your own dataset") lists `id TAB name` and writes the order that the format's letters say; so does LibKGE
 * (`.del`), in the order head, relation, tail; PyKEEN (TriplesFactory.to_path_binary) gives each file a header.
 */
import type { MappingFields } from './mapping-fields.js';

export interface NumberedTriplesMapping {
  format: 'numbered-triples';
  style: (typeof STYLES)[number];
  entities: string;
  relations: string;
  files: string[];
  order: NumberedColumn[];
  /** Type of all entities. */
  type?: string;
}

export type NumberedColumn = 'head' | 'relation' | 'tail';

const STYLES = ['openke', 'dgl-ke', 'libkge', 'pykeen'] as const;
const USUAL_ORDER: NumberedColumn[] = ['head', 'relation', 'tail'];
const OPENKE_ORDER: NumberedColumn[] = ['head', 'tail', 'relation'];

export function numberedTriplesMapping(fields: MappingFields): NumberedTriplesMapping {
  const style = fields.choice('style', STYLES);
  const files = fields.texts('files') ?? [];
  if (files.length === 0) throw fields.error('files', 'a list with the name of a file', 'nothing');
  return {
    format: 'numbered-triples',
    style,
    entities: fields.required('entities'),
    relations: fields.required('relations'),
    files,
    order: columnOrder(fields) ?? (style === 'openke' ? OPENKE_ORDER : USUAL_ORDER),
    type: fields.text('type'),
  };
}

function columnOrder(fields: MappingFields): NumberedColumn[] | undefined {
  const order = fields.texts('order');
  if (order === undefined) return undefined;
  if ([...order].sort().join() === 'head,relation,tail') return order as NumberedColumn[];
  throw fields.error('order', 'head, relation and tail in the order of the columns', order.join(', '));
}
