/**
 * Which words of a free text are abbreviations of a list. A form matches as it is spelled, in brackets, beside punctuation
 * and hyphens, and with the s of a plural. Where no form does, letter case is passed over for words that cannot be ordinary
 * ones: whole, between spaces or punctuation, all in upper or all in lower case. Two walks of an automaton: linear in the text.
 */
import { AutomatonLinker } from '../../text/automaton-linker.js';
import { foldCase } from '../../text/fold-case.js';
import type { Linker } from '../../text/linker.js';
import { type AbbreviationForm, meaningOfForms } from './abbreviation-forms.js';
import { isOrdinaryWord, isUnitSign } from './ordinary-words.js';

/** text[start, end) stands for the abbreviation, given by its preferred form. */
export interface FoundAbbreviation {
  readonly start: number;
  readonly end: number;
  readonly abbreviation: string;
}

const TAKES_PLURAL = /[\p{Lu}\p{Nd}]$/u;
const POSSESSIVE = /^['’]s(?![\p{L}\p{N}])/u;
const UPPER_WORD = /^[\p{Lu}\d'’]+s?$/u;
const CAPITALIZED = /^\p{Lu}\p{Ll}+$/u;
const HYPHEN_BEFORE_LETTER = /^-[\p{L}\p{N}]/u;
/** How far the words beside a word are looked for, and how long one in upper case shouts. */
const NEARBY = 24;
const SHOUTED = 4;

export class AbbreviationFinder {
  private readonly exact: FormWalk;
  private readonly folded: FormWalk | undefined;
  private readonly meanings: ReadonlyMap<string, AbbreviationForm>;

  /** @param anyCase letter case may differ where it is safe */
  constructor(forms: Iterable<AbbreviationForm>, anyCase: boolean) {
    this.meanings = meaningOfForms(forms);
    this.exact = new FormWalk(withPlurals(this.meanings), false);
    this.folded = anyCase ? new FormWalk(foldedForms(this.meanings.values()), true) : undefined;
  }

  /** The preferred form of a spelling. */
  abbreviationOf(form: string): string | undefined {
    return this.meanings.get(form)?.abbreviation;
  }

  /** In the order of the text, none overlapping. */
  find(text: string): FoundAbbreviation[] {
    const exact = this.exact.find(text).filter((found) => !isWord(text, found));
    if (this.folded === undefined) return exact;
    return mergeFound(
      exact,
      this.folded.find(text).filter((found) => isSafe(text, found)),
    );
  }
}

/** Both lists in one order; where two overlap the one of the first list stays. */
export function mergeFound(first: readonly FoundAbbreviation[], second: readonly FoundAbbreviation[]) {
  const merged: FoundAbbreviation[] = [];
  let at = 0;
  let end = 0;
  for (const found of second) {
    for (; at < first.length && first[at].start < found.end; at++) {
      merged.push(first[at]);
      end = first[at].end;
    }
    if (found.start >= end) merged.push(found);
  }
  for (; at < first.length; at++) merged.push(first[at]);
  return merged;
}

/** Forms as surfaces of the linker of entities, which does not break words either. */
class FormWalk {
  private readonly surfaces: readonly string[];
  private readonly linker: Linker | undefined;

  constructor(
    private readonly forms: ReadonlyMap<string, string>,
    ignoreCase: boolean,
  ) {
    this.surfaces = [...forms.keys()];
    const entities = Int32Array.from(this.surfaces.keys());
    const candidates = new Int32Array(entities.length).fill(1);
    const lexicon = { surfaces: this.surfaces, entities, candidates, ignoreCase };
    this.linker = entities.length > 0 ? new AutomatonLinker(lexicon) : undefined;
  }

  find(text: string): FoundAbbreviation[] {
    const found: FoundAbbreviation[] = [];
    for (const { start, end, entity } of this.linker?.link(text) ?? []) {
      // "HIV-" means negative, yet not in "HIV-infected".
      const cut = HYPHEN_BEFORE_LETTER.test(text.slice(end - 1, end + 2)) ? 1 : 0;
      const surface = this.surfaces[entity];
      const abbreviation = this.forms.get(cut === 0 ? surface : surface.slice(0, -1));
      if (abbreviation === undefined) continue;
      const possessive = cut === 0 && POSSESSIVE.test(text.slice(end, end + 4)) ? 2 : 0;
      found.push({ start, end: end - cut + possessive, abbreviation });
    }
    return found;
  }
}

function withPlurals(meanings: ReadonlyMap<string, AbbreviationForm>): Map<string, string> {
  const forms = new Map<string, string>();
  for (const { form, abbreviation } of meanings.values()) forms.set(form, abbreviation);
  for (const { form, abbreviation } of meanings.values()) {
    const plural = `${form}s`;
    if (TAKES_PLURAL.test(form) && !forms.has(plural)) forms.set(plural, abbreviation);
  }
  return forms;
}

/** Of forms that differ by case alone, the abbreviation that is written most often. */
function foldedForms(forms: Iterable<AbbreviationForm>): Map<string, string> {
  const best = new Map<string, AbbreviationForm>();
  for (const each of forms) {
    const folded = foldCase(each.form);
    const known = best.get(folded);
    if (known === undefined || each.count > known.count) best.set(folded, each);
  }
  return new Map(Array.from(best, ([folded, { abbreviation }]) => [folded, abbreviation]));
}

/** An ordinary word after all: `was`, `All` at the start of a sentence, `ALL` among other words in upper case. */
function isWord(text: string, { start, end }: FoundAbbreviation): boolean {
  const form = bareForm(text, start, end);
  const lower = form.toLowerCase();
  if (isUnitSign(lower)) return form === lower;
  if (!isOrdinaryWord(lower)) return false;
  if (form === lower || CAPITALIZED.test(form)) return true;
  return isShouted(text.slice(Math.max(0, start - NEARBY), start), text.slice(end, end + NEARBY));
}

function isShouted(before: string, after: string): boolean {
  const words = [before.match(/([\p{L}\d'’]+)[\s,]*$/u)?.[1], after.match(/^[\s,]*([\p{L}\d'’]+)/u)?.[1]];
  return words.some(
    (word) =>
      word !== undefined &&
      UPPER_WORD.test(word) &&
      /\p{Lu}/u.test(word) &&
      (word.length >= SHOUTED || isOrdinaryWord(word.toLowerCase())),
  );
}

/** Whether a match that passed over letter case may count. */
function isSafe(text: string, { start, end }: FoundAbbreviation): boolean {
  const form = bareForm(text, start, end);
  const lower = form.toLowerCase();
  if (form !== lower && form !== form.toUpperCase()) return false;
  if (isOrdinaryWord(lower) || isUnitSign(lower)) return false;
  return standsAlone(text, start, end);
}

/** Without the s of a genitive. */
function bareForm(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/['’]s$/u, '');
}

const OPENS = /[\s([{"'“‘,;:]/u;
const CLOSES = /[\s)\]}"'”’,;:?!]/u;

/** Between spaces, brackets, quotes and the marks that end a phrase: not a part of a word with hyphens, or of an address. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (start > 0 && !OPENS.test(text[start - 1])) return false;
  if (end === text.length || CLOSES.test(text[end])) return true;
  return text[end] === '.' && (end + 1 === text.length || /\s/u.test(text[end + 1]));
}
