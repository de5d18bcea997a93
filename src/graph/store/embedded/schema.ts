/**
 * The embedded store's tables. Edges live in the primary key's tree (WITHOUT ROWID), ordered by head; the index for
 * incoming edges is built once at the end. Types, aliases and properties are JSON texts: they are read with their entity.
 */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS entity(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  types TEXT NOT NULL, aliases TEXT NOT NULL, properties TEXT);
CREATE TABLE IF NOT EXISTS relation(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS edge(
  head INTEGER NOT NULL, relation INTEGER NOT NULL, tail INTEGER NOT NULL, weight REAL,
  PRIMARY KEY(head, relation, tail)) WITHOUT ROWID;
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** `FULL`: what is acknowledged survives a power loss, not only a killed process. */
export const CONNECTION = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
PRAGMA busy_timeout = 5000;
`;

export const INDEXES = `
CREATE INDEX IF NOT EXISTS edge_incoming ON edge(tail, relation, head);
ANALYZE;
`;

/** Batches come as one JSON text: an array of arrays. Cross joins keep the order of the planner to ours. */
export const SQL = {
  knownEntities: `SELECT e.key, e.name, e.types, e.aliases, e.properties
    FROM json_each(?) AS row CROSS JOIN entity AS e ON e.key = row.value`,
  upsertEntities: `INSERT INTO entity(key, name, types, aliases, properties)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3, row.value->>4 FROM json_each(?) AS row WHERE true
    ON CONFLICT(key) DO UPDATE SET
      types = excluded.types, aliases = excluded.aliases, properties = excluded.properties`,
  dangling: `SELECT row.value->>0, row.value->>1, row.value->>2, head.id IS NULL
    FROM json_each(?) AS row
    LEFT JOIN entity AS head ON head.key = row.value->>0
    LEFT JOIN entity AS tail ON tail.key = row.value->>2
    WHERE head.id IS NULL OR tail.id IS NULL ORDER BY row.key LIMIT 1`,
  insertRelations: 'INSERT OR IGNORE INTO relation(name) SELECT row.value FROM json_each(?) AS row',
  /** An end that does not exist becomes NULL, which the table refuses. */
  upsertEdges: `INSERT INTO edge(head, relation, tail, weight)
    SELECT head.id, relation.id, tail.id, row.value->>3
    FROM json_each(?) AS row
    LEFT JOIN entity AS head ON head.key = row.value->>0
    LEFT JOIN relation ON relation.name = row.value->>1
    LEFT JOIN entity AS tail ON tail.key = row.value->>2
    WHERE true ORDER BY 1, 2, 3, row.key
    ON CONFLICT(head, relation, tail) DO UPDATE SET weight = excluded.weight`,
  counts: `SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM edge),
    (SELECT count(*) FROM relation WHERE EXISTS (SELECT 1 FROM edge WHERE edge.relation = relation.id)),
    (SELECT count(DISTINCT type.value) FROM entity, json_each(entity.types) AS type)`,
  entity: 'SELECT key, name, types, aliases, properties FROM entity WHERE key = ?',
  outgoing: `SELECT relation.name, other.key, other.name, edge.weight
    FROM entity AS asked CROSS JOIN edge ON edge.head = asked.id
    CROSS JOIN relation ON relation.id = edge.relation CROSS JOIN entity AS other ON other.id = edge.tail
    WHERE asked.key = ? ORDER BY relation.name, other.key LIMIT ?`,
  incoming: `SELECT relation.name, other.key, other.name, edge.weight
    FROM entity AS asked CROSS JOIN edge ON edge.tail = asked.id
    CROSS JOIN relation ON relation.id = edge.relation CROSS JOIN entity AS other ON other.id = edge.head
    WHERE asked.key = ? ORDER BY relation.name, other.key LIMIT ?`,
  entityBlock: 'SELECT key, name, types, aliases, properties FROM entity WHERE key > ? ORDER BY key LIMIT ?',
  headBlock: 'SELECT id, key FROM entity WHERE key > ? ORDER BY key LIMIT ?',
  edgesOfHeads: `SELECT head.key, relation.name, tail.key, edge.weight
    FROM json_each(?) AS row CROSS JOIN entity AS head ON head.id = row.value
    CROSS JOIN edge ON edge.head = head.id
    CROSS JOIN relation ON relation.id = edge.relation CROSS JOIN entity AS tail ON tail.id = edge.tail`,
  clear: 'DELETE FROM edge; DELETE FROM relation; DELETE FROM entity;',
} as const;
