/** A text with several values in it. */
import { cleanText } from './source-row.js';

/** @param separators each character separates; none: the text is one value @returns cleaned values that are not empty */
export function splitBy(text: string, separators: string): string[] {
  let parts = [text];
  for (const separator of separators) parts = parts.flatMap((part) => part.split(separator));
  return parts.map(cleanText).filter((part) => part !== '');
}
