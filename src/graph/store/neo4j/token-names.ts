/**
 * Names of types, relations and properties as Neo4j's tokens, and back. A token may not be empty or hold U+0000, and a few
 * are ours: those names are changed reversibly, all others stay as they are.
 */

/** Begins an escape: `␀0` is U+0000, `␀-` the empty name, `␀␀` the sign itself. */
const SIGN = '\u2400';

export function tokenOf(name: string): string {
  if (name === '') return `${SIGN}-`;
  return name.replaceAll(SIGN, SIGN + SIGN).replaceAll('\0', `${SIGN}0`);
}

export function nameOf(token: string): string {
  return token.replace(/\u2400(.)/g, (_, kind: string) => (kind === '0' ? '\0' : kind === '-' ? '' : kind));
}

/** Labels that begin so are ours; a type's own name gets a `_` before it then. */
const OWN_LABEL = /^_*Medgraft/;

export function labelOf(type: string): string {
  const token = tokenOf(type);
  return OWN_LABEL.test(token) ? `_${token}` : token;
}

/** Properties that every entity has or may have from us. */
const OWN_PROPERTIES: ReadonlySet<string> = new Set([
  'uid',
  'kg',
  'key',
  'name',
  'types',
  'aliases',
  'sources',
  'parts',
  'rank',
  'inDegree',
  'outDegree',
]);

/** A name that is ours, or begins with `_` as such a one does, gets a `_` before it. */
export function propertyTokenOf(name: string): string {
  const token = tokenOf(name);
  return OWN_PROPERTIES.has(token) || token.startsWith('_') ? `_${token}` : token;
}

/** undefined when the token is one of ours. */
export function propertyNameOf(token: string): string | undefined {
  if (OWN_PROPERTIES.has(token)) return undefined;
  return nameOf(token.startsWith('_') ? token.slice(1) : token);
}
