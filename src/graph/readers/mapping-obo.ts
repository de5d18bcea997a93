/** `format: obo`: the terms of an ontology in OBO are entities, `is_a` and `relationship` lines are triples. */
import type { MappingFields } from './mapping-fields.js';

export interface OboMapping {
  format: 'obo';
  file: string;
  /** Type of terms without a namespace, or of all. */
  type?: string;
  /** A term's namespace is its type. */
  namespaces: boolean;
  /** Ids of the relations that are taken, `is_a` among them. */
  relations: string[] | 'all';
  /** Relations are called by the name of their Typedef instead of by their id. */
  relationNames: boolean;
  /** Scopes of the synonyms that become aliases. */
  synonyms: OboScope[];
  /** What happens to terms that are marked obsolete. */
  obsolete: 'skip' | 'keep';
  /** Tags kept with the term. */
  properties: string[];
}

export type OboScope = 'EXACT' | 'NARROW' | 'BROAD' | 'RELATED';

const SCOPES: readonly string[] = ['EXACT', 'NARROW', 'BROAD', 'RELATED'];

export function oboMapping(fields: MappingFields): OboMapping {
  return {
    format: 'obo',
    file: fields.required('file'),
    type: fields.text('type'),
    namespaces: fields.flag('namespaces') ?? false,
    relations: fields.textsOr('relations', 'all'),
    relationNames: fields.flag('relationNames') ?? false,
    synonyms: scopes(fields),
    obsolete: fields.optionalChoice('obsolete', ['skip', 'keep'] as const) ?? 'skip',
    properties: fields.texts('properties') ?? ['def', 'xref'],
  };
}

function scopes(fields: MappingFields): OboScope[] {
  const scopes = fields.texts('synonyms') ?? ['EXACT'];
  const unknown = scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown !== undefined) throw fields.error('synonyms', `some of ${SCOPES.join(', ')}`, unknown);
  return scopes as OboScope[];
}
