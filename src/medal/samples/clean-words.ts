/**
 * The words of a text as MeDAL's samples have them (McGill-NLP/medal, preprocessing): lower case, without punctuation and
 * digits, parted by white space. "X-ray" is the word "xray", "12 mg" the word "mg".
 */
const REMOVED = /[\p{P}\p{S}\p{N}]+/gu;

export function cleanWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(REMOVED, '')
    .split(/\s+/u)
    .filter((word) => word !== '');
}
