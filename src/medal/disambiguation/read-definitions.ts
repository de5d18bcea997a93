/**
 * Abbreviations that a text defines itself, "long form (SF)" and "SF (long form)" (Schwartz and Hearst 2003, "A simple
 * algorithm for identifying abbreviation definitions in biomedical text"). Beyond the paper a short form needs a letter in
 * upper case or has to be known, so that "(see also)" defines nothing. Each bracket costs bounded time.
 */
export interface Definition {
  readonly shortForm: string;
  readonly longForm: string;
  /** Where the short form stands. */
  readonly start: number;
}

const LONGEST_SHORT_FORM = 10;
/** Characters within a bracket, and before one, that are looked at. */
const LONGEST_INSIDE = 200;
const LONGEST_BEFORE = 400;
const ALPHANUMERIC = /[\p{L}\p{N}]/u;
/** A sentence, and a bracket, ends what a long form may reach back to. */
const BREAK = /[()[\]{};:!?]|\.\s|\.(?=\p{Lu}\p{L})/gu;

/** @param isKnown whether a short form without upper case is an abbreviation all the same */
export function readDefinitions(text: string, isKnown: (form: string) => boolean = () => false): Definition[] {
  const definitions: Definition[] = [];
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const within = text.slice(open + 1, open + 1 + LONGEST_INSIDE);
    const close = within.search(/[()]/);
    if (close < 0 || within[close] === '(') continue;
    const found = definitionAt(text, open, within.slice(0, close), isKnown);
    if (found !== undefined) definitions.push(found);
  }
  return definitions;
}

function definitionAt(
  text: string,
  open: number,
  inside: string,
  isKnown: (form: string) => boolean,
): Definition | undefined {
  const before = phraseBefore(text.slice(Math.max(0, open - LONGEST_BEFORE), open));
  const short = inside.split(/[,;:]\s/u)[0].trim();
  if (isShortForm(short, isKnown)) {
    const longForm = longFormOf(short, lastWords(before, mostWords(short)));
    const start = open + 1 + inside.indexOf(short);
    if (longForm !== undefined) return { shortForm: short, longForm, start };
  }
  const word = /(\S+)\s*$/u.exec(before)?.[1];
  if (word === undefined || !isShortForm(word, isKnown) || wordsOf(inside).length > mostWords(word)) return undefined;
  const phrase = fold(inside).replace(/[.,;:]+$/u, '');
  const longForm = longFormOf(word, phrase);
  // All of the bracket, or it says something else.
  if (longForm === undefined || longForm !== phrase) return undefined;
  return { shortForm: word, longForm, start: text.lastIndexOf(word, open) };
}

/** Two to ten characters, at most two words, beginning with a letter or digit. */
function isShortForm(form: string, isKnown: (form: string) => boolean): boolean {
  if (form.length < 2 || form.length > LONGEST_SHORT_FORM || wordsOf(form).length > 2) return false;
  if (!ALPHANUMERIC.test(form[0])) return false;
  return /\p{Lu}/u.test(form) || (/\p{L}/u.test(form) && isKnown(form));
}

/**
 * The shortest end of a phrase whose letters hold those of the short form in order, the first one at the start of a word.
 * Letters are compared from the right.
 */
function longFormOf(short: string, phrase: string): string | undefined {
  const [form, long] = [short.toLowerCase(), phrase.toLowerCase()];
  // Some letters change their length with their case; such a phrase cannot be cut by place.
  if (long.length !== phrase.length || form.length !== short.length) return undefined;
  let at = long.length;
  for (let i = form.length - 1; i >= 0; i--) {
    if (!ALPHANUMERIC.test(form[i])) continue;
    do at--;
    while (at >= 0 && (long[at] !== form[i] || (i === 0 && at > 0 && ALPHANUMERIC.test(long[at - 1]))));
    if (at < 0) return undefined;
  }
  const start = phrase.slice(0, at).search(/\S+$/u);
  return checked(fold(phrase.slice(start < 0 ? at : start)), short);
}

/** A long form is longer than its short form, and does not hold it as a word. */
function checked(long: string, short: string): string | undefined {
  const bare = long.replace(/^[^\p{L}\p{N}]+/u, '');
  return bare.length > short.length && !wordsOf(bare).includes(short) ? bare : undefined;
}

/** How many words a long form may have. */
function mostWords(short: string): number {
  return Math.min(short.length + 5, 2 * short.length);
}

function phraseBefore(text: string): string {
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(BREAK)) from = index + mark.length;
  return text.slice(from);
}

function lastWords(text: string, count: number): string {
  return wordsOf(text).slice(-count).join(' ');
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

function fold(text: string): string {
  return wordsOf(text).join(' ');
}
