/**
 * One form for texts that look alike: Unicode normal forms (UAX #15), and full-width letters, digits and punctuation and
 * half-width kana as their ordinary twins (the blocks U+FF00 and U+3000). Chosen by a mapping, as it decides which entities
 * are one; properties stay as they are.
 */
import type { EntityRecord } from '../graph-store.js';
import type { MappingFields } from './mapping-fields.js';
import { cleanText, type SourceRow } from './source-row.js';
import { splitBy } from './split-by.js';

export interface Normalisation {
  /** NFKC also takes ligatures, circled digits and the like apart. */
  unicode: 'NFC' | 'NFKC' | 'none';
  widths: 'fold' | 'keep';
  /** Each character separates aliases, whatever the format; none: aliases stay whole. */
  splitAliases: string;
}

/** The key `normalise` of any mapping. */
export function normalisation(fields: MappingFields): Normalisation {
  const parsed = fields.optionalObject('normalise', (entry) => ({
    unicode: entry.optionalChoice('unicode', ['NFC', 'NFKC', 'none'] as const) ?? 'none',
    widths: entry.optionalChoice('widths', ['fold', 'keep'] as const) ?? 'keep',
    splitAliases: entry.text('splitAliases') ?? '',
  }));
  return parsed ?? { unicode: 'none', widths: 'keep', splitAliases: '' };
}

export async function* normalisedRows(
  blocks: AsyncIterable<SourceRow[]>,
  rule: Normalisation,
): AsyncGenerator<SourceRow[]> {
  for await (const block of blocks) yield block.map((row) => normalisedRow(row, rule));
}

function normalisedRow(row: SourceRow, rule: Normalisation): SourceRow {
  const form = (text: string) => normalisedText(text, rule);
  if (row.kind === 'entity') return { ...row, entity: normalisedEntity(row.entity, form, rule) };
  if (row.kind === 'error') return row;
  const { head, relation, tail } = row.triple;
  return { ...row, triple: { ...row.triple, head: form(head), relation: form(relation), tail: form(tail) } };
}

function normalisedEntity(entity: EntityRecord, form: (text: string) => string, { splitAliases }: Normalisation) {
  const { key, name, types, aliases } = entity;
  // Signs are looked for in both forms: ；may have become ; by now.
  const signs = splitAliases + form(splitAliases);
  return {
    ...entity,
    key: form(key),
    name: form(name),
    types: types.map(form),
    aliases: aliases.flatMap((alias) => splitBy(form(alias), signs)),
  };
}

/** Does nothing for ASCII. */
export function normalisedText(text: string, { unicode, widths }: Normalisation): string {
  const folded = widths === 'fold' ? foldWidths(text) : text;
  const formed = unicode === 'none' ? folded : folded.normalize(unicode);
  return formed === text ? text : cleanText(formed);
}

const WIDE = /[\uff01-\uff5e\u3000\uffe0-\uffe6]/g;
const NARROW_KANA = /[\uff61-\uff9f]+/g;

function foldWidths(text: string): string {
  return text.replace(WIDE, (sign) => sign.normalize('NFKC')).replace(NARROW_KANA, (kana) => kana.normalize('NFKC'));
}
