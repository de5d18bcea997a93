/**
 * Text for XML 1.0 (W3C, section 2.2): most control characters, lone surrogates, U+FFFE and U+FFFF may not stand in a
 * document, not even as references; they become U+FFFD. Markup is escaped; tab and line ends become references, or a reader
 * would turn them into blanks within attributes.
 */

/** A lone surrogate, or a code point outside the Char production. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** What XML cannot hold is replaced; nothing is escaped. For writers that escape by themselves. */
export function xmlCharacters(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd');
}

/** Ready to stand between tags or in double quotes. */
export function xmlText(text: string): string {
  return xmlCharacters(text).replace(/[&<>"\t\n\r]/g, (sign) => REFERENCES[sign]);
}
