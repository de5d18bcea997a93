/**
 * Names and aliases that RDF literals give (rdfs:label, skos:prefLabel, skos:altLabel), by a mapping. The best name comes
 * from the earliest predicate of the mapping, then from the wanted language before none, then from the earliest statement;
 * other names are aliases.
 */
import { iriName } from './iri-name.js';
import type { TurtleMapping } from './mapping-turtle.js';
import { cleanText } from './source-row.js';

export interface Literal {
  readonly text: string;
  /** As tagged, in lower case; empty: none. */
  readonly language: string;
}

interface Found {
  name?: string;
  rank: number;
  readonly others: Set<string>;
}

export class LiteralNames {
  private readonly found = new Map<string, Found>();
  private readonly language: string | undefined;

  constructor(private readonly mapping: TurtleMapping) {
    this.language = mapping.language?.toLowerCase();
  }

  add(subject: string, predicate: string, literal: Literal): void {
    const position = indexOf(this.mapping.names, predicate);
    if (position < 0 && indexOf(this.mapping.aliases, predicate) < 0) return;
    const preference = this.preference(literal.language);
    const text = cleanText(literal.text);
    if (preference === undefined || text === '') return;
    const found = this.of(subject);
    const rank = position < 0 ? Number.POSITIVE_INFINITY : position * 2 + preference;
    if (rank < found.rank) {
      if (found.name !== undefined) found.others.add(found.name);
      found.name = text;
      found.rank = rank;
    } else found.others.add(text);
  }

  /** Of an entity; without a name of its own the local part of the IRI. */
  named(iri: string): { name: string; aliases: string[] } {
    const found = this.found.get(iri);
    const name = found?.name ?? iriName(iri);
    return { name, aliases: [...(found?.others ?? [])].filter((other) => other !== name) };
  }

  /** 0: the wanted language, 1: none, undefined: another one. */
  private preference(language: string): number | undefined {
    if (this.language === undefined || language === this.language || language.startsWith(`${this.language}-`)) return 0;
    return language === '' ? 1 : undefined;
  }

  private of(subject: string): Found {
    const known = this.found.get(subject);
    if (known !== undefined) return known;
    const found: Found = { rank: Number.POSITIVE_INFINITY, others: new Set() };
    this.found.set(subject, found);
    return found;
  }
}

function indexOf(names: readonly string[], predicate: string): number {
  return names.findIndex((name) => isNamed(predicate, name));
}

/** Whether a name of a mapping means this IRI. */
export function isNamed(iri: string, name: string): boolean {
  return iri === name || iriName(iri) === name;
}
