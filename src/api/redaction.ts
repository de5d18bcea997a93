/**
 * What must not reach a log although it hides within a sentence: API keys, the password of an address, and quoted parts,
 * which in messages of libraries are pieces of what somebody sent.
 */
const API_KEY = /mg_[0-9a-f]{12}_[\w-]{20,}/g;
const ADDRESS_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
const BEARER = /Bearer +\S+/gi;
const QUOTED = /"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”/g;

export function withoutSecrets(text: string): string {
  return text
    .replace(API_KEY, 'mg_***')
    .replace(ADDRESS_PASSWORD, '$1***@')
    .replace(BEARER, 'Bearer ***')
    .replace(QUOTED, '"***"');
}
