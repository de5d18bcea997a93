/**
 * OBO ontologies to entities and triples by their mapping. The file is read twice: for the terms, then for what they are
 * related to, which may stand after them.
 */
import { type OboLine, type OboStanza, oboQuoted, oboText, oboWords, readObo } from '../../formats/obo.js';
import type { EntityRecord, PropertyValue } from '../graph-store.js';
import type { OboMapping, OboScope } from './mapping-obo.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

/** @throws MedgraftError `formats.obo` with file and line, `graph.empty-file`, and as `readLines` */
export async function* readOboTerms(
  mapping: OboMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow[]> {
  const file = resolve(mapping.file);
  const reader = new OboReader(mapping, file);
  let terms = 0;
  for await (const stanza of readObo(file)) {
    const rows = [...reader.entities(stanza)];
    terms += rows.length;
    if (rows.length > 0) yield rows;
  }
  if (terms === 0) throw emptyFile(file);
  for await (const stanza of readObo(file)) {
    const rows = [...reader.triples(stanza)];
    if (rows.length > 0) yield rows;
  }
}

class OboReader {
  private defaultNamespace = '';
  private readonly relationNames = new Map<string, string>();

  constructor(
    private readonly mapping: OboMapping,
    private readonly file: string,
  ) {}

  *entities(stanza: OboStanza): Generator<SourceRow> {
    if (stanza.kind === '') this.defaultNamespace = firstValue(stanza, 'default-namespace') ?? '';
    if (stanza.kind === 'Typedef') this.addRelation(stanza);
    if (stanza.kind !== 'Term' || this.isSkipped(stanza)) return;
    const { file } = this;
    const key = oboWords(firstValue(stanza, 'id') ?? '')[0];
    if (key === undefined) {
      yield rowError({ file, line: stanza.line }, 'graph.row-empty', 'the term has no id');
      return;
    }
    for (const line of stanza.lines) {
      if (line.tag.endsWith('synonym') && oboQuoted(line.value) === undefined) {
        yield rowError({ file, line: line.line }, 'graph.row-malformed', 'the synonym is not quoted');
      }
    }
    yield { kind: 'entity', entity: this.entityOf(stanza, key), file, line: stanza.line };
  }

  *triples(stanza: OboStanza): Generator<SourceRow> {
    if (stanza.kind !== 'Term' || this.isSkipped(stanza)) return;
    const head = oboWords(firstValue(stanza, 'id') ?? '')[0];
    if (head === undefined) return;
    for (const { tag, value, line } of stanza.lines) {
      if (tag !== 'is_a' && tag !== 'relationship') continue;
      const words = oboWords(value);
      const [relation, tail] = tag === 'is_a' ? ['is_a', words[0]] : words;
      if (relation === undefined || tail === undefined) {
        yield rowError({ file: this.file, line }, 'graph.row-malformed', `the ${tag} names no term`);
      } else if (this.isTaken(relation)) {
        const name = this.mapping.relationNames ? (this.relationNames.get(relation) ?? relation) : relation;
        yield { kind: 'triple', triple: { head, relation: name, tail }, file: this.file, line };
      }
    }
  }

  private entityOf(stanza: OboStanza, key: string): EntityRecord {
    const { mapping } = this;
    const namespace = mapping.namespaces ? (firstValue(stanza, 'namespace') ?? this.defaultNamespace) : '';
    const type = cleanText(namespace) || mapping.type;
    const entity: EntityRecord = {
      key,
      name: cleanText(oboText(firstValue(stanza, 'name') ?? '')) || key,
      types: type === undefined ? [] : [type],
      aliases: stanza.lines.flatMap((line) => this.aliasOf(line)),
    };
    const kept = mapping.properties.flatMap((tag) => {
      const value = propertyOf(stanza, tag);
      return value === undefined ? [] : [[tag, value] as const];
    });
    if (kept.length > 0) entity.properties = Object.fromEntries(kept);
    return entity;
  }

  private aliasOf({ tag, value }: OboLine): string[] {
    const scope = LEGACY_SCOPES.get(tag);
    const quoted = scope === undefined ? undefined : oboQuoted(value);
    if (quoted === undefined) return [];
    const stated = tag === 'synonym' ? oboWords(quoted.rest)[0] : undefined;
    if (!this.mapping.synonyms.includes(isScope(stated) ? stated : (scope as OboScope))) return [];
    const alias = cleanText(quoted.text);
    return alias === '' ? [] : [alias];
  }

  private addRelation(stanza: OboStanza): void {
    const id = oboWords(firstValue(stanza, 'id') ?? '')[0];
    const name = cleanText(oboText(firstValue(stanza, 'name') ?? ''));
    if (id !== undefined && name !== '') this.relationNames.set(id, name);
  }

  private isTaken(relation: string): boolean {
    return this.mapping.relations === 'all' || this.mapping.relations.includes(relation);
  }

  private isSkipped(stanza: OboStanza): boolean {
    return this.mapping.obsolete === 'skip' && firstValue(stanza, 'is_obsolete') === 'true';
  }
}

/** Tags of synonyms with the scope that holds where the line states none. */
const LEGACY_SCOPES = new Map<string, OboScope>([
  ['synonym', 'RELATED'],
  ['related_synonym', 'RELATED'],
  ['exact_synonym', 'EXACT'],
  ['narrow_synonym', 'NARROW'],
  ['broad_synonym', 'BROAD'],
]);

function isScope(word: string | undefined): word is OboScope {
  return word === 'EXACT' || word === 'NARROW' || word === 'BROAD' || word === 'RELATED';
}

function firstValue(stanza: OboStanza, tag: string): string | undefined {
  return stanza.lines.find((line) => line.tag === tag)?.value;
}

/** One text, or a list when the tag stands more than once; of a quoted value the text. */
function propertyOf(stanza: OboStanza, tag: string): PropertyValue | undefined {
  const values = stanza.lines
    .filter((line) => line.tag === tag)
    .map(({ value }) => cleanText(oboQuoted(value)?.text ?? oboText(value)))
    .filter((value) => value !== '');
  return values.length > 1 ? values : values[0];
}
