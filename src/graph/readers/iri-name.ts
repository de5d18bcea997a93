import { cleanText } from './source-row.js';

/**
 * The local part of an IRI, percent-decoded: what follows the last `#`, else the last `/`, else the last `:`. The whole
 * IRI when that would be empty; undecoded when its escapes are broken.
 */
export function iriName(iri: string): string {
  const cut =
    [iri.lastIndexOf('#'), iri.lastIndexOf('/'), iri.lastIndexOf(':')].find((position) => position >= 0) ?? -1;
  const local = iri.slice(cut + 1);
  return cleanText(decodedIri(local)) || iri;
}

/** Percent-decoded; as it is when its escapes are broken. */
export function decodedIri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
