/** Where one form first stands in a text, whole or in the plural; for single forms, for which no automaton pays. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const PLURAL = /^(?:s|['’]s)?(?![\p{L}\p{N}])/u;

export function formPlace(text: string, form: string): { start: number; end: number } | undefined {
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
    const end = start + form.length;
    const plural = PLURAL.exec(text.slice(end, end + 4));
    if (plural !== null && !(start > 0 && LETTER_OR_DIGIT.test(text[start - 1]))) {
      return { start, end: end + plural[0].length };
    }
  }
  return undefined;
}
