/**
 * A graph as N-Triples (RDF 1.1): keys that are IRIs stay, others become `urn:medgraft:entity:...`; names are rdfs:label,
 * aliases skos:altLabel, types rdf:type, relations `urn:medgraft:relation:...`.
 */
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { EntityRecord, TripleRecord } from '../graph-store.js';
import { type ExportedGraph, type ExportResult, writeLines } from './write-lines.store.js';

const ENTITY = 'urn:medgraft:entity:';
const RELATION = 'urn:medgraft:relation:';
const TYPE = 'urn:medgraft:type:';
const LABEL = '<http://www.w3.org/2000/01/rdf-schema#label>';
const ALT_LABEL = '<http://www.w3.org/2004/02/skos/core#altLabel>';
const RDF_TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const IS_IRI = /^[a-z][a-z0-9+.-]*:[^\p{Cc} <>"{}|^`\\]+$/iu;

/** `graph.nt` */
export async function* exportNTriples(
  graph: ExportedGraph,
  context: Pick<StageContext, 'folder' | 'signal'>,
): AsyncGenerator<StageEvent, ExportResult> {
  const { entities, triples } = await graph.counts();
  const file = { name: 'graph.nt', blocks: recordsOf(graph), line: linesOf, phase: 'statements' };
  yield* writeLines({ ...file, total: entities + triples }, context);
  return {
    mapping: {
      format: 'n-triples',
      file: file.name,
      subject: { from: 'subject' },
      keyPrefix: ENTITY,
      predicates: 'all',
      objectTypes: 'rdf:type',
      names: ['label'],
      aliases: ['altLabel'],
    },
    lost: 'properties, weights, the order of types, and entities without triples',
  };
}

async function* recordsOf(graph: ExportedGraph): AsyncGenerator<(EntityRecord | TripleRecord)[]> {
  yield* graph.entities();
  yield* graph.triples();
}

function linesOf(record: EntityRecord | TripleRecord): string {
  return 'key' in record ? entityLines(record) : tripleLine(record);
}

function entityLines({ key, name, types, aliases }: EntityRecord): string {
  const subject = entityIri(key);
  return [
    `${subject} ${LABEL} ${literal(name)} .`,
    ...types.map((type) => `${subject} ${RDF_TYPE} ${iri(TYPE, type)} .`),
    ...aliases.map((alias) => `${subject} ${ALT_LABEL} ${literal(alias)} .`),
  ].join('\n');
}

function tripleLine({ head, relation, tail }: TripleRecord): string {
  return `${entityIri(head)} ${iri(RELATION, relation)} ${entityIri(tail)} .`;
}

function entityIri(key: string): string {
  return IS_IRI.test(key) && !key.startsWith(ENTITY) ? `<${key}>` : iri(ENTITY, key);
}

/** Half a surrogate pair is no text that an IRI could hold. */
function iri(prefix: string, name: string): string {
  return `<${prefix}${encodeURIComponent(Buffer.from(name).toString())}>`;
}

function literal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}
