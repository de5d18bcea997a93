/**
 * The ADAM table of abbreviations (Zhou, Torvik and Smalheiser 2006) in the form that MeDAL ships: tab-separated with the
 * header `PREFERRED_AB VARIANT_AB EXPANSION`, the variants as `CT:120|C.T.:3` with their counts in MEDLINE.
 */
import { MedgraftError } from '../base/errors.js';
import { readLines } from './text-lines.js';

export interface AdamRow {
  readonly abbreviation: string;
  /** Spellings of the abbreviation and how often each was seen with this expansion. */
  readonly variants: readonly AdamVariant[];
  /** As it stands in the table: some have a space at an end. */
  readonly expansion: string;
}

export interface AdamVariant {
  readonly form: string;
  readonly count: number;
}

const HEADER = ['PREFERRED_AB', 'VARIANT_AB', 'EXPANSION'];
const VARIANT = /^(.+):(\d+)$/;

/** @throws MedgraftError `formats.adam-table` with the line, and as `readLines` */
export async function* readAdamTable(path: string): AsyncGenerator<AdamRow & { readonly line: number }, void> {
  let headed = false;
  for await (const { line, text } of readLines(path)) {
    if (text.trim() === '') continue;
    const fields = text.split('\t');
    const place = `${path}:${line}`;
    if (!headed) {
      if (fields.join(' ') !== HEADER.join(' '))
        throw badTable(place, 'the header is missing', HEADER.join(' TAB '), text);
      headed = true;
      continue;
    }
    yield { line, ...parseRow(fields, place, text) };
  }
  if (!headed) throw badTable(path, 'the header is missing', HEADER.join(' TAB '), 'an empty file');
}

/** The lines of a table, with its header. */
export function* adamLines(rows: Iterable<AdamRow>): Generator<string> {
  yield `${HEADER.join('\t')}\n`;
  for (const { abbreviation, variants, expansion } of rows) {
    yield `${abbreviation}\t${variants.map(({ form, count }) => `${form}:${count}`).join('|')}\t${expansion}\n`;
  }
}

function parseRow(fields: readonly string[], place: string, text: string): AdamRow {
  if (fields.length !== HEADER.length) throw badTable(place, 'the line is malformed', HEADER.join(' TAB '), text);
  const [abbreviation, variants, expansion] = fields;
  if (abbreviation.trim() === '' || expansion.trim() === '') {
    throw badTable(place, 'a field is empty', 'an abbreviation and an expansion', text);
  }
  return { abbreviation: abbreviation.trim(), variants: parseVariants(variants.trim(), place), expansion };
}

/** A form may hold the sign that parts forms (`+dP/dt:18|+dp/dt:3`, but also `a|b:2`): counts decide where one ends. */
function parseVariants(text: string, place: string): AdamVariant[] {
  const variants: AdamVariant[] = [];
  let form = '';
  for (const part of text === '' ? [] : text.split('|')) {
    form = form === '' ? part : `${form}|${part}`;
    const found = VARIANT.exec(form);
    if (!found) continue;
    variants.push({ form: found[1], count: Number(found[2]) });
    form = '';
  }
  if (form !== '') throw badTable(place, 'a variant has no count', 'form:count|form:count', text);
  return variants;
}

function badTable(place: string, message: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.adam-table', message, { place, expected, got: got.slice(0, 80) });
}
