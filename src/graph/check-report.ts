/**
 * What a check of a source says: counts, and findings of a few kinds, each counted in full and shown by its first examples,
 * so that a report stays small whatever the files hold.
 */

export type FindingKind =
  | 'bad-row'
  | 'dangling'
  | 'repeated-triple'
  | 'repeated-entity'
  | 'other-name'
  | 'type-clash'
  | 'self-loop'
  | 'ambiguous-name'
  | 'look-alike'
  | 'hub'
  | 'several-types'
  | 'isolated';

export type Severity = 'error' | 'warning' | 'note';

/** Errors are rows that an import leaves out. */
const SEVERITIES: Readonly<Record<FindingKind, Severity>> = {
  'bad-row': 'error',
  dangling: 'error',
  'repeated-triple': 'warning',
  'repeated-entity': 'warning',
  'other-name': 'warning',
  'type-clash': 'warning',
  'self-loop': 'warning',
  'ambiguous-name': 'warning',
  'look-alike': 'warning',
  hub: 'warning',
  'several-types': 'note',
  isolated: 'note',
};

export interface Example {
  /** Where there is a row: path and line, from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
}

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  count: number;
  readonly examples: Example[];
}

export interface CountedName {
  readonly name: string;
  readonly count: number;
}

export interface CheckReport {
  /** Rows that were read, bad ones too. */
  readonly rows: number;
  /** Distinct ones, as an import would keep them. */
  readonly entities: number;
  readonly triples: number;
  /** The most frequent first. */
  readonly types: readonly CountedName[];
  readonly relations: readonly CountedName[];
  /** Errors first. */
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
}

export class Findings {
  private readonly found = new Map<FindingKind, Finding>();

  /** @param shown examples of a kind */
  constructor(private readonly shown: number) {}

  /** @param example is asked for only while there is room */
  add(kind: FindingKind, example: () => Example, count = 1): void {
    const known = this.found.get(kind);
    const finding = known ?? { kind, severity: SEVERITIES[kind], count: 0, examples: [] };
    if (known === undefined) this.found.set(kind, finding);
    finding.count += count;
    if (finding.examples.length < this.shown) finding.examples.push(example());
  }

  list(): Finding[] {
    const kinds = Object.keys(SEVERITIES);
    return [...this.found.values()].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  }

  countOf(severity: Severity): number {
    return this.list()
      .filter((finding) => finding.severity === severity)
      .reduce((sum, { count }) => sum + count, 0);
  }
}

/** By count, then by name. @param most so many are kept */
export function countedNames(counts: ReadonlyMap<string, number>, most: number): CountedName[] {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.slice(0, most).map(([name, count]) => ({ name, count }));
}
