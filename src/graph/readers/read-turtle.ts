/**
 * Turtle and N-Triples through n3, by a mapping: which IRIs are heads (the RDF subjects, or what records name by one predicate, so that
 * the records of one head merge), which predicates are relations, and where types come from. An entity is its IRI; its
 * name is a literal that the mapping wants, or the decoded local part. An entity's main type is its most frequent role over distinct triples, ties by name.
 */
import type { EntityRecord } from '../graph-store.js';
import { decodedIri, iriName } from './iri-name.js';
import { isNamed, LiteralNames } from './literal-names.js';
import type { TurtleMapping } from './mapping-turtle.js';
import { readStatements, type Statement } from './read-statements.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';

interface FoundTriple {
  readonly head: string;
  readonly predicate: string;
  readonly tail: string;
  readonly line: number;
}

/** @throws MedgraftError `graph.turtle` with file and line, `graph.empty-file`, and as `readLines` */
export async function* readTurtle(
  mapping: TurtleMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow> {
  const file = resolve(mapping.file);
  const source = new TurtleSource(mapping);
  let statements = 0;
  for await (const statement of readStatements(file, mapping.format)) {
    statements++;
    source.add(statement);
  }
  if (statements === 0) throw emptyFile(file);
  for (const line of source.recordsWithoutHead()) {
    yield rowError({ file, line }, 'graph.row-empty', `the record has no ${headPredicate(mapping)}`);
  }
  const triples = source.triples();
  const key = keysOf(mapping);
  for (const [entity, line] of source.entities(triples)) {
    yield { kind: 'entity', entity: { ...entity, key: key(entity.key) }, file, line };
  }
  for (const { head, predicate, tail, line } of triples) {
    const triple = { head: key(head), relation: iriName(predicate), tail: key(tail) };
    yield { kind: 'triple', triple, file, line };
  }
}

function keysOf({ keyPrefix }: TurtleMapping): (iri: string) => string {
  if (keyPrefix === undefined) return (iri) => iri;
  return (iri) => (iri.startsWith(keyPrefix) ? cleanText(decodedIri(iri.slice(keyPrefix.length))) || iri : iri);
}

function headPredicate({ subject }: TurtleMapping): string {
  return subject.from === 'record' ? subject.by : '';
}

/** Gathers the statements that the mapping speaks of: records may name their head after everything else. */
class TurtleSource {
  private readonly heads = new Map<string, string[]>();
  private readonly found: FoundTriple[] = [];
  private readonly statedTypes = new Map<string, string[]>();
  private readonly names: LiteralNames;

  constructor(private readonly mapping: TurtleMapping) {
    this.names = new LiteralNames(mapping);
  }

  add({ subject, predicate, object, literal, line }: Statement): void {
    const { subject: rule, objectTypes } = this.mapping;
    if (predicate === RDF_TYPE) {
      if (objectTypes === 'rdf:type' && object !== undefined) append(this.statedTypes, subject, iriName(object));
    } else if (literal !== undefined) this.names.add(subject, predicate, literal);
    else if (object === undefined) return;
    else if (rule.from === 'record' && isNamed(predicate, rule.by)) append(this.heads, subject, object);
    else if (this.isRelation(predicate)) this.found.push({ head: subject, predicate, tail: object, line });
  }

  /** Lines of the first statement of each record that names no head. */
  recordsWithoutHead(): Iterable<number> {
    if (this.mapping.subject.from === 'subject') return [];
    const lines = new Map<string, number>();
    for (const { head, line } of this.found) if (!this.heads.has(head) && !lines.has(head)) lines.set(head, line);
    return lines.values();
  }

  /** Distinct triples between entities, records replaced by their heads. */
  triples(): FoundTriple[] {
    const distinct = new Map<string, FoundTriple>();
    for (const triple of this.found) {
      for (const head of this.headsOf(triple.head)) {
        const key = `${head}\n${triple.predicate}\n${triple.tail}`;
        if (!distinct.has(key)) distinct.set(key, { ...triple, head });
      }
    }
    return [...distinct.values()];
  }

  /** Entities with the line where they appear first. */
  entities(triples: readonly FoundTriple[]): Map<EntityRecord, number> {
    const roles = new Map<string, { line: number; counts: Map<string, number> }>();
    for (const { head, predicate, tail, line } of triples) {
      const objectRole = this.mapping.objectTypes === 'predicate' ? iriName(predicate) : undefined;
      this.count(roles, head, this.mapping.subject.type, line);
      this.count(roles, tail, objectRole, line);
    }
    return new Map(
      [...roles].map(([key, { line, counts }]) => [{ key, ...this.names.named(key), types: byCount(counts) }, line]),
    );
  }

  private count(
    roles: Map<string, { line: number; counts: Map<string, number> }>,
    entity: string,
    role: string | undefined,
    line: number,
  ): void {
    let known = roles.get(entity);
    if (known === undefined) {
      known = { line, counts: new Map((this.statedTypes.get(entity) ?? []).map((type) => [type, 1])) };
      roles.set(entity, known);
    }
    if (role !== undefined) known.counts.set(role, (known.counts.get(role) ?? 0) + 1);
  }

  private headsOf(subject: string): readonly string[] {
    return this.mapping.subject.from === 'subject' ? [subject] : (this.heads.get(subject) ?? []);
  }

  private isRelation(predicate: string): boolean {
    const { predicates } = this.mapping;
    return predicates === 'all' || predicates.some((named) => isNamed(predicate, named));
  }
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

function byCount(counts: Map<string, number>): string[] {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}
