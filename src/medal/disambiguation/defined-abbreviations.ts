/**
 * Where a document uses the short forms that it defines. The nearest definition before a use holds, for uses before the first
 * one the first; "MRIs" defined is "MRI" defined too.
 */
import { AbbreviationFinder, type FoundAbbreviation } from './find-abbreviations.js';
import type { Definition } from './read-definitions.js';

export interface DefinedAbbreviation extends FoundAbbreviation {
  readonly longForm: string;
}

const PLURAL = /[\p{Lu}\p{Nd}]s$/u;

/** @returns in the order of the text; `abbreviation` is the short form */
export function definedAbbreviations(text: string, definitions: readonly Definition[]): DefinedAbbreviation[] {
  if (definitions.length === 0) return [];
  const byForm = new Map<string, Definition[]>();
  for (const definition of definitions) {
    const { shortForm } = definition;
    const singular = PLURAL.test(shortForm) ? [shortForm.slice(0, -1)] : [];
    for (const form of [shortForm, ...singular]) {
      const list = byForm.get(form);
      if (list === undefined) byForm.set(form, [definition]);
      else list.push(definition);
    }
  }
  const forms = Array.from(byForm.keys(), (form) => ({ form, abbreviation: form, count: 1 }));
  // Uses come in the order of the text, as definitions do: each form steps on through its own.
  const current = new Map<string, number>();
  return new AbbreviationFinder(forms, false).find(text).map((found) => {
    const list = byForm.get(found.abbreviation) ?? [];
    let at = current.get(found.abbreviation) ?? 0;
    while (at + 1 < list.length && list[at + 1].start <= found.start) at++;
    current.set(found.abbreviation, at);
    return { ...found, longForm: list[at].longForm };
  });
}
