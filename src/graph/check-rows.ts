/**
 * Looks through the rows of a source for what a person should know before an import: rows in error, repeats, dangling ends,
 * self-loops, entities with several main types, names that stand for several entities, names that differ in form only,
 * entities that too much hangs on, and entities without triples. Memory: numbers for triples, texts for distinct names.
 */
import { type CheckReport, countedNames, type FindingKind, Findings } from './check-report.js';
import { UNTYPED } from './graph-content.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';
import { Interner } from './interner.js';
import { grown } from './packed-names.js';
import type { SourceRow } from './readers/source-row.js';
import { TripleSet } from './triple-set.js';

export interface CheckOptions {
  /** Examples of each kind of finding. */
  shown: number;
  /** An entity that is an end of more than this share of all triples, and far above the mean, is a suspicious hub. */
  hubShare: number;
}

/** Fewer triples make no hub, nor do so many times the mean: in a small graph much hangs on every entity. */
const LEAST_HUB = 20;
const LEAST_TIMES_MEAN = 10;
/** Types and relations that a report lists. */
const MOST_NAMES = 1000;
/** A name that stands for several entities. */
const SEVERAL = -1;

type Place = Pick<SourceRow, 'file' | 'line'>;

export class RowCheck {
  private readonly findings: Findings;
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly mainTypes = new Interner('types');
  private readonly relations = new Interner('relations');
  /** By relation. */
  private readonly relationCounts: number[] = [];
  private types = new Uint16Array(1 << 10);
  private degrees = new Uint32Array(1 << 10);
  private readonly triples = new TripleSet();
  /** Name or alias -> id, or SEVERAL. */
  private readonly bearers = new Map<string, number>();
  private rows = 0;

  constructor(private readonly options: CheckOptions) {
    this.findings = new Findings(options.shown);
  }

  /** @returns whether a cleaned copy has the row @throws MedgraftError `graph.too-many-names` */
  add(row: SourceRow): boolean {
    this.rows++;
    if (row.kind === 'entity') return this.addEntity(row.entity, row);
    if (row.kind === 'triple') return this.addTriple(row.triple, row);
    const { file, line, code, reason } = row;
    this.findings.add('bad-row', () => ({ file, line, message: `${reason} [${code}]` }));
    return false;
  }

  finish(): CheckReport {
    this.findHubs();
    this.findIsolated();
    this.findLookAlikes();
    const { findings, rows, ids, triples } = this;
    return {
      rows,
      entities: ids.size,
      triples: triples.size,
      types: countedNames(named(this.typeCounts(), this.mainTypes), MOST_NAMES),
      relations: countedNames(named(this.relationCounts, this.relations), MOST_NAMES),
      findings: findings.list(),
      errors: findings.countOf('error'),
      warnings: findings.countOf('warning'),
    };
  }

  private addEntity({ key, name, types, aliases }: EntityRecord, { file, line }: Place): boolean {
    const type = types[0] ?? UNTYPED;
    const known = this.ids.get(key);
    const id = known ?? this.newEntity(key, name, type);
    if (known !== undefined) {
      const told = this.names[id];
      const before = this.typeName(id);
      if (told !== name) this.tell('other-name', file, line, `${key} is called ${told} and ${name}`);
      if (before !== type) this.tell('type-clash', file, line, `${key} is a ${before} and a ${type}`);
      if (told === name && before === type) this.tell('repeated-entity', file, line, `${key} was told of before`);
    }
    if (types.length > 1) this.tell('several-types', file, line, `${key} is a ${types.join(' and a ')}`);
    for (const text of [name, ...aliases]) this.addName(text, id, { file, line });
    return true;
  }

  private addTriple({ head, relation, tail }: TripleRecord, { file, line }: Place): boolean {
    const from = this.ids.get(head);
    const to = this.ids.get(tail);
    if (from === undefined || to === undefined) {
      this.tell('dangling', file, line, `there is no entity ${from === undefined ? head : tail}`);
      return false;
    }
    const number = this.relations.idOf(relation);
    if (!this.triples.add(from, number, to)) {
      this.tell('repeated-triple', file, line, `${head} -[${relation}]-> ${tail} was told before`);
      return false;
    }
    this.degrees[from]++;
    if (to !== from) this.degrees[to]++;
    this.relationCounts[number] = (this.relationCounts[number] ?? 0) + 1;
    if (from !== to) return true;
    this.tell('self-loop', file, line, `${head} -[${relation}]-> itself`);
    return false;
  }

  private tell(kind: FindingKind, file: string, line: number, message: string): void {
    this.findings.add(kind, () => ({ file, line, message }));
  }

  private newEntity(key: string, name: string, type: string): number {
    const id = this.ids.size;
    this.ids.set(key, id);
    this.names.push(name);
    if (id === this.types.length) {
      this.types = grown(this.types, id + 1);
      this.degrees = grown(this.degrees, id + 1);
    }
    this.types[id] = this.mainTypes.idOf(type);
    return id;
  }

  private addName(name: string, id: number, { file, line }: Place): void {
    const bearer = this.bearers.get(name);
    if (bearer === undefined) this.bearers.set(name, id);
    else if (bearer !== id && bearer !== SEVERAL) {
      this.bearers.set(name, SEVERAL);
      this.tell('ambiguous-name', file, line, `${name} is a name of several entities`);
    }
  }

  private findHubs(): void {
    const mean = (2 * this.triples.size) / Math.max(this.ids.size, 1);
    const limit = Math.max(LEAST_HUB, this.triples.size * this.options.hubShare, mean * LEAST_TIMES_MEAN);
    const hubs = [...this.ids].filter(([, id]) => this.degrees[id] > limit);
    hubs.sort(([, a], [, b]) => this.degrees[b] - this.degrees[a]);
    for (const [key, id] of hubs) {
      const share = ((100 * this.degrees[id]) / this.triples.size).toFixed(1);
      const message = `${key} (${this.names[id]}) is in ${this.degrees[id]} triples, ${share} % of all`;
      this.findings.add('hub', () => ({ message }));
    }
  }

  private findIsolated(): void {
    for (const [key, id] of this.ids) {
      if (this.degrees[id] > 0) continue;
      this.findings.add('isolated', () => ({ message: `${key} (${this.names[id]}) is in no triple` }));
    }
  }

  /** Names that are one after `normalise: { unicode: NFKC }`, and belong to different entities. */
  private findLookAlikes(): void {
    const forms = new Map<string, { name: string; id: number }>();
    for (const [name, id] of this.bearers) {
      if (isAscii(name)) continue;
      const form = name.normalize('NFKC');
      if (form !== name) this.meet(forms, form, name, id);
    }
  }

  private meet(forms: Map<string, { name: string; id: number }>, form: string, name: string, id: number): void {
    const known = forms.get(form);
    const twin = known ?? this.plainTwin(form);
    if (known === undefined) forms.set(form, { name, id });
    if (twin === undefined || (twin.id === id && id !== SEVERAL)) return;
    const message = `${name} and ${twin.name} look alike; a mapping with normalise: { unicode: NFKC } makes them one`;
    this.findings.add('look-alike', () => ({ message }));
  }

  private plainTwin(form: string): { name: string; id: number } | undefined {
    const id = this.bearers.get(form);
    return id === undefined ? undefined : { name: form, id };
  }

  private typeName(id: number): string {
    return this.mainTypes.nameOf(this.types[id]);
  }

  private typeCounts(): number[] {
    const counts = new Array<number>(this.mainTypes.size).fill(0);
    for (let id = 0; id < this.ids.size; id++) counts[this.types[id]]++;
    return counts;
  }
}

function named(counts: readonly number[], names: Interner): Map<string, number> {
  return new Map(counts.map((count, id) => [names.nameOf(id), count]));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
