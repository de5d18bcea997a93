/**
 * Names that people give (graphs, corpora, runs) become folder names, so they are checked before they touch a path:
 * letters of any script, digits, dot, hyphen and underscore; no separator, no leading or trailing dot, no `..`.
 */
import { MedgraftError } from '../base/errors.js';

/** Longest name in UTF-8 bytes: two of them and a hash still fit a file name of 255 bytes. */
const MAXIMUM_BYTES = 64;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * @param what the setting or field the name came from, for the message
 * @returns the name, unchanged
 * @throws MedgraftError `workspace.name`
 */
export function checkName(name: string, what: string, maximumBytes = MAXIMUM_BYTES): string {
  const bytes = Buffer.byteLength(name);
  const fits = NAME.test(name) && !name.endsWith('.') && !name.includes('..') && !RESERVED.test(name);
  if (fits && bytes <= maximumBytes && name === name.normalize('NFC')) return name;
  throw new MedgraftError('input', 'workspace.name', 'this name cannot be used for a folder', {
    place: what,
    expected: `letters, digits, ".", "_" and "-", beginning with a letter or digit, at most ${maximumBytes} bytes`,
    got: JSON.stringify(name.length > maximumBytes ? `${name.slice(0, maximumBytes)}...` : name),
  });
}
