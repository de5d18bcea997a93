/**
 * OBO flat files, versions 1.0 to 1.4 (OBO Flat File Format 1.4, sections 2 to 4): stanzas of `tag: value` lines with
 * escapes, trailing modifiers in braces and comments after `!`. Streamed, a stanza at a time.
 */
import { MedgraftError } from '../base/errors.js';
import type { TextEncoding } from './text-encoding.js';
import { readLines } from './text-lines.js';

export interface OboLine {
  readonly tag: string;
  /** As written, without trailing modifiers and comment; see `oboWords` and `oboText`. */
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface OboStanza {
  /** `Term`, `Typedef`, `Instance`; empty for the header. */
  readonly kind: string;
  readonly line: number;
  readonly lines: OboLine[];
}

const LONGEST_STANZA = 1_000_000;
const HEADING = /^\[([^\]\s]{1,100})\]\s*(?:!.*)?$/;
const TAG = /^([A-Za-z][\w.-]{0,99})\s*:/;

/** @throws MedgraftError `formats.obo` with file and line, and as `readLines` */
export async function* readObo(path: string, encoding?: TextEncoding): AsyncGenerator<OboStanza, void> {
  let stanza: OboStanza = { kind: '', line: 1, lines: [] };
  let continued: { text: string; line: number } | undefined;
  for await (const { line: number, text: raw } of readLines(path, encoding)) {
    const line = continued?.line ?? number;
    const whole = (continued?.text ?? '') + raw;
    if (endsWithEscape(whole)) {
      continued = { text: whole.slice(0, -1), line };
      continue;
    }
    continued = undefined;
    const text = whole.trim();
    if (text === '' || text.startsWith('!')) continue;
    const heading = HEADING.exec(text);
    if (heading) {
      yield stanza;
      stanza = { kind: heading[1], line, lines: [] };
    } else if (stanza.lines.push(parseLine(text, path, line)) > LONGEST_STANZA) {
      throw oboError(`${path}:${stanza.line}`, `at most ${LONGEST_STANZA} lines a stanza`, 'more');
    }
  }
  yield stanza;
}

/** A line that ends in a backslash goes on in the next one. */
function endsWithEscape(text: string): boolean {
  let count = 0;
  while (text[text.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

function parseLine(text: string, path: string, line: number): OboLine {
  const tag = TAG.exec(text);
  if (tag === null) throw oboError(`${path}:${line}`, '[Term], or tag: value', text.slice(0, 80));
  return { tag: tag[1], value: withoutTrail(text.slice(tag[0].length)), line };
}

/** Cuts the comment after an unescaped `!`, then the modifiers `{...}` at the end; quoted text is passed over. */
function withoutTrail(text: string): string {
  let quoted = false;
  let brace = -1;
  let end = text.length;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '\\') i++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '{' && brace < 0) brace = i;
    else if (sign === '!' && (i === 0 || text[i - 1] === ' ' || text[i - 1] === '\t')) {
      end = i;
      break;
    }
  }
  const value = text.slice(0, end).trim();
  const modifiers = text.slice(0, Math.max(brace, 0));
  return brace >= 0 && value.endsWith('}') ? modifiers.trim() : value;
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['W', ' '],
  ['t', '\t'],
]);

/** The text of a value: escapes undone. */
export function oboText(value: string): string {
  return value.includes('\\') ? value.replace(/\\(.)/gs, (_, sign) => ESCAPES.get(sign) ?? sign) : value;
}

/** The words of a value, escapes undone: `part_of GO:1` gives two. */
export function oboWords(value: string): string[] {
  return value
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(oboText);
}

/**
 * A value that begins with a quoted text, as `def` and `synonym` have it.
 * @returns undefined when it does not
 */
export function oboQuoted(value: string): { text: string; rest: string } | undefined {
  if (!value.startsWith('"')) return undefined;
  let end = 1;
  while (end < value.length && value[end] !== '"') end += value[end] === '\\' ? 2 : 1;
  if (end >= value.length) return undefined;
  return { text: oboText(value.slice(1, end)), rest: value.slice(end + 1).trim() };
}

function oboError(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.obo', 'this is not an OBO file', { place, expected, got });
}
