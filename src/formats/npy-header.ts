/**
 * The header of a .npy file: a Python dictionary literal. Read with a scanner for exactly the literals that NumPy writes
 * (text, True, False, tuples of integers); nothing is evaluated.
 */
import { MedgraftError } from '../base/errors.js';

export interface NpyHeader {
  readonly dtype: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** A tuple, True or False, quoted text, or punctuation; blanks in between. */
const TOKEN =
  /\s*(?:(?<punctuation>[{}:,])|'(?<text>[^'\\]*)'|"(?<quoted>[^"\\]*)"|(?<truth>True|False)|\((?<tuple>[\d\s,L]*)\))/y;

/** @throws MedgraftError `formats.npy` */
export function parseNpyHeader(text: string, place: string): NpyHeader {
  const values = parseDictionary(text, place);
  const dtype = values.get('descr');
  const fortranOrder = values.get('fortran_order');
  const shape = values.get('shape');
  if (values.size !== 3 || typeof dtype !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape)) {
    throw npyError(place, 'the header lacks something', 'descr (plain), fortran_order and shape', text.slice(0, 200));
  }
  return { dtype, fortranOrder, shape };
}

export function npyError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.npy', message, { place, expected, got });
}

type Literal = string | boolean | number[];

function parseDictionary(text: string, place: string): Map<string, Literal> {
  const tokens = tokenize(text, place);
  const values = new Map<string, Literal>();
  let at = 0;
  const take = (mark: string) => {
    if (tokens[at++] !== `mark ${mark}`) throw npyError(place, 'the header is malformed', mark, text.slice(0, 200));
  };
  take('{');
  while (tokens[at] !== 'mark }') {
    const key = tokens[at++];
    take(':');
    const value = tokens[at++];
    if (!isLiteral(key) || typeof key.value !== 'string' || !isLiteral(value) || values.has(key.value)) {
      throw npyError(place, 'the header is malformed', 'name: value, each name once', text.slice(0, 200));
    }
    values.set(key.value, value.value);
    if (tokens[at] !== 'mark }') take(',');
  }
  if (at !== tokens.length - 1) throw npyError(place, 'something follows the header', undefined, text.slice(0, 200));
  return values;
}

type Token = `mark ${string}` | { value: Literal };

function isLiteral(token: Token | undefined): token is { value: Literal } {
  return typeof token === 'object';
}

function tokenize(text: string, place: string): Token[] {
  const tokens: Token[] = [];
  const content = text.trimEnd();
  let offset = 0;
  while (offset < content.length) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(content);
    if (!match?.groups) throw npyError(place, 'the header is malformed', undefined, content.slice(offset, offset + 80));
    const { punctuation, text: single, quoted, truth, tuple } = match.groups;
    if (punctuation !== undefined) tokens.push(`mark ${punctuation}`);
    else if (truth !== undefined) tokens.push({ value: truth === 'True' });
    else if (tuple !== undefined) tokens.push({ value: parseTuple(tuple, place) });
    else tokens.push({ value: single ?? quoted });
    offset = TOKEN.lastIndex;
  }
  return tokens;
}

/** `3, 4`, `3,` or nothing; Python 2 wrote an L after long integers. */
function parseTuple(text: string, place: string): number[] {
  const sides = text.split(',').map((side) => side.trim());
  if (sides[sides.length - 1] === '') sides.pop();
  return sides.map((side) => {
    const size = /^\d+L?$/.test(side) ? Number.parseInt(side, 10) : Number.NaN;
    if (!Number.isSafeInteger(size)) throw npyError(place, 'the shape is malformed', undefined, text);
    return size;
  });
}
