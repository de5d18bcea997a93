/**
 * `format: turtle` and `format: n-triples`: RDF. Predicates and types are named by their IRI's local part, or by the whole
 * IRI.
 */
import type { MappingFields } from './mapping-fields.js';

export interface TurtleMapping {
  format: 'turtle' | 'n-triples';
  file: string;
  /** `record`: RDF subjects are records that name the head by the predicate `by`. `subject`: they are the heads. */
  subject: { from: 'record'; by: string; type: string } | { from: 'subject'; type?: string };
  /** IRIs that begin so have the decoded rest as their key; all others are their own. */
  keyPrefix?: string;
  /** Predicates whose objects become tails. */
  predicates: string[] | 'all';
  /** `predicate`: an object's role, and so its type, is the predicate; `rdf:type`: what the file states. */
  objectTypes: 'predicate' | 'rdf:type';
  /** Predicates whose literals are names, the wanted ones first: `label`, `prefLabel`. None: the IRI's local part. */
  names: string[];
  /** Predicates whose literals are aliases: `altLabel`. */
  aliases: string[];
  /** Names and aliases in this language (`zh` takes `zh-CN` too), or in none; without, in every language. */
  language?: string;
}

export function rdfMapping(format: TurtleMapping['format']): (fields: MappingFields) => TurtleMapping {
  return (fields) => ({
    format,
    file: fields.required('file'),
    subject: fields.object('subject', (subject): TurtleMapping['subject'] =>
      subject.choice('from', ['record', 'subject'] as const) === 'record'
        ? { from: 'record', by: subject.required('by'), type: subject.required('type') }
        : { from: 'subject', type: subject.text('type') },
    ),
    keyPrefix: fields.text('keyPrefix'),
    predicates: fields.textsOr('predicates', 'all'),
    objectTypes: fields.choice('objectTypes', ['predicate', 'rdf:type'] as const),
    names: fields.texts('names') ?? [],
    aliases: fields.texts('aliases') ?? [],
    language: fields.text('language'),
  });
}
