/** Texts that would change a Cypher statement if they were ever put into one. */

const STARTS = [
  '',
  "'",
  '"',
  '`',
  "\\'",
  '\\u0027',
  '\\u0060',
  '``',
  '*/',
  '//\n',
  "')",
  '"})',
  '`})',
  '}',
  '$',
  '_',
  '\0',
  '␀',
];
const ACTIONS = [
  ' MATCH (n) DETACH DELETE n //',
  ' RETURN 1 UNION MATCH (n) DETACH DELETE n RETURN 1 //',
  ' WITH 1 AS x CALL { MATCH (n) DETACH DELETE n } RETURN x //',
  ' DROP CONSTRAINT medgraft_entity_uid //',
  " LOAD CSV FROM 'file:///etc/passwd' AS line CREATE (:Leak {line: line}) //",
  ' CALL dbms.components() YIELD name RETURN name /*',
  ']->(x) SET x.name = "changed" //',
  ':MedgraftGraph {state: "replaced"}) //',
  ' OR 1 = 1 //',
  '$(toString(1/0))',
  '{key: $key}',
  'MedgraftEntity',
  '__proto__',
  'constructor',
  'uid',
  'kg',
  'parts',
  '疾病`; MATCH (n) DELETE n; //',
  '\u202e\ufeff\u2028 }) //',
  '%27%60%00',
  '${7*7}{{7*7}}<script>',
  '\r\n:param x => 1\n',
  'a'.repeat(2000),
  '\u{20BB7}\u0301\u0000x',
  ' ',
  'null',
  'NaN',
  '[1, 2]',
];

/** @returns as many different payloads */
export function injectionPayloads(count: number): string[] {
  const all = new Set(ACTIONS.flatMap((action) => STARTS.map((start) => `${start}${action}`)));
  if (all.size < count) throw new Error(`there are only ${all.size} payloads`);
  return [...all].slice(0, count);
}
