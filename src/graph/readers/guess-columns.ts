/** What the columns of a table mean, by how people call them. */

export type TableKind = 'entities' | 'triples';

export interface GuessedColumns {
  kind: TableKind;
  /** Role -> column as the header has it. */
  columns: Record<string, string>;
  /** Columns without a role. */
  others: string[];
}

const TRIPLE_ROLES: Readonly<Record<string, readonly string[]>> = {
  head: [
    'head',
    'h',
    'head_id',
    'subject',
    'subj',
    's',
    'source',
    'src',
    'from',
    'start',
    'start_id',
    'x_id',
    '头实体',
    '头',
    '主语',
    '主体',
  ],
  relation: [
    'relation',
    'rel',
    'r',
    'predicate',
    'pred',
    'p',
    'edge',
    'edge_type',
    'relation_type',
    'rel_type',
    '关系',
    '谓词',
    '谓语',
    'type',
  ],
  tail: [
    'tail',
    't',
    'tail_id',
    'object',
    'obj',
    'o',
    'target',
    'dst',
    'to',
    'end',
    'end_id',
    'y_id',
    '尾实体',
    '尾',
    '宾语',
    '客体',
  ],
  weight: ['weight', 'w', 'score', 'confidence', '权重', '得分'],
};

const ENTITY_ROLES: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'key', 'node_id', 'entity_id', 'uid', 'code', 'cui', '编号', '编码', '标识'],
  name: ['name', 'label', 'title', 'entity', 'node_name', 'entity_name', '名称', '名字', '实体', '实体名称'],
  type: ['type', 'types', 'category', 'class', 'kind', 'entity_type', 'node_type', '类型', '类别', '实体类型'],
  aliases: ['aliases', 'alias', 'synonyms', 'synonym', 'aka', '别名', '同义词'],
};

/** @returns undefined for a header that says neither */
export function guessColumns(header: readonly string[]): GuessedColumns | undefined {
  const triples = rolesOf(header, TRIPLE_ROLES);
  if (['head', 'relation', 'tail'].every((role) => role in triples)) return guessed('triples', header, triples);
  const entities = rolesOf(header, ENTITY_ROLES);
  if ('name' in entities && !('id' in entities))
    return guessed('entities', header, { ...entities, id: entities['name'] });
  return 'id' in entities ? guessed('entities', header, entities) : undefined;
}

function guessed(kind: TableKind, header: readonly string[], columns: Record<string, string>): GuessedColumns {
  const taken = new Set(Object.values(columns));
  return { kind, columns, others: header.filter((name) => name !== '' && !taken.has(name)) };
}

/** The earliest word of a role that the header has. */
function rolesOf(
  header: readonly string[],
  roles: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  const named = new Map(header.map((name) => [name.toLowerCase().replaceAll(/[\s-]+/g, '_'), name]));
  const found = Object.entries(roles).flatMap(([role, words]) => {
    const word = words.find((candidate) => named.has(candidate));
    return word === undefined ? [] : [[role, named.get(word)!] as const];
  });
  return Object.fromEntries(found);
}
