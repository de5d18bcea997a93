/**
 * Corpus cleaning (SMedBERT, spec section 2): URLs, HTML tags and e-mail addresses are dropped, and every character that
 * is no letter, digit or punctuation. ASCII symbols count as punctuation, as in BERT's tokenizer. Every pattern is linear
 * in the text: what may repeat is bounded or cannot restart inside itself.
 */
const TAG = /<\/?[a-zA-Z][^<>]{0,2000}>/g;
const URL = /\b(?:https?:\/\/|www\.)[!-~]{1,2000}/g;
/** Character references such as `&nbsp;`, which pages leave behind. */
const REFERENCE = /&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g;
const MAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;
const FOREIGN = /[^\p{L}\p{M}\p{N}\p{P}!-~\s]+/gu;
const SPACES = /\s+/g;

/** @returns one line, runs of white space one space, none at the ends */
export function cleanText(text: string): string {
  return text
    .replace(TAG, ' ')
    .replace(REFERENCE, ' ')
    .replace(URL, ' ')
    .replace(MAIL, ' ')
    .replace(FOREIGN, '')
    .replace(SPACES, ' ')
    .trim();
}
