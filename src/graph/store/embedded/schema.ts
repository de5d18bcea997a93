/**
 * The embedded store's tables. Ids are those of the content: entities by key, relations by name, so that rows are written
 * and read in the order of the graph. Edges live in the primary key's tree (WITHOUT ROWID); the index for incoming edges is
 * built once at the end. Types, aliases and properties are JSON texts: they are read with their entity. The tables of parts
 * are filled only when the graph has several sources.
 */
export const SCHEMA_VERSION = 2;

/** `content` has one row: what is being written, and when nothing more is to come, that it is complete. */
export const SCHEMA = `
CREATE TABLE content(id TEXT NOT NULL, steps INTEGER NOT NULL, complete INTEGER NOT NULL);
CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, licence TEXT, origin TEXT);
CREATE TABLE entity(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  types TEXT NOT NULL, aliases TEXT NOT NULL, properties TEXT);
CREATE TABLE relation(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE edge(
  head INTEGER NOT NULL, relation INTEGER NOT NULL, tail INTEGER NOT NULL, weight REAL,
  PRIMARY KEY(head, relation, tail)) WITHOUT ROWID;
CREATE TABLE entity_part(
  source INTEGER NOT NULL, entity INTEGER NOT NULL, name TEXT NOT NULL,
  types TEXT NOT NULL, aliases TEXT NOT NULL, properties TEXT,
  PRIMARY KEY(source, entity)) WITHOUT ROWID;
CREATE TABLE edge_part(
  source INTEGER NOT NULL, head INTEGER NOT NULL, relation INTEGER NOT NULL, tail INTEGER NOT NULL, weight REAL,
  PRIMARY KEY(source, head, relation, tail)) WITHOUT ROWID;
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** `FULL`: what is acknowledged survives a power loss, not only a killed process. */
export const WRITING = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
`;

export const READING = `
PRAGMA query_only = ON;
PRAGMA cache_size = -16384;
`;

/** `DELETE`: the finished file is one file, also while it is read. */
export const FINISH = `
CREATE INDEX IF NOT EXISTS edge_incoming ON edge(tail, relation, head);
PRAGMA optimize;
`;

const EDGE_COLUMNS = 'head.key, relation.name, tail.key, edge.weight';

/** Batches come as one JSON text: an array of arrays. */
export const INSERT = {
  source: `INSERT INTO source(id, name, licence, origin)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3 FROM json_each(?) AS row`,
  relation: 'INSERT INTO relation(id, name) SELECT row.key, row.value FROM json_each(?) AS row',
  entity: `INSERT INTO entity(id, key, name, types, aliases, properties)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3, row.value->>4, row.value->>5
    FROM json_each(?) AS row`,
  edge: `INSERT INTO edge(head, relation, tail, weight)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3 FROM json_each(?) AS row`,
  entityPart: `INSERT INTO entity_part(source, entity, name, types, aliases, properties)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3, row.value->>4, row.value->>5
    FROM json_each(?) AS row`,
  edgePart: `INSERT INTO edge_part(source, head, relation, tail, weight)
    SELECT row.value->>0, row.value->>1, row.value->>2, row.value->>3, row.value->>4 FROM json_each(?) AS row`,
} as const;

export const READ = {
  sources: 'SELECT name, licence, origin FROM source ORDER BY id',
  counts: `SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM edge), (SELECT count(*) FROM relation),
    (SELECT count(DISTINCT type.value) FROM entity, json_each(entity.types) AS type)`,
  entity: 'SELECT key, name, types, aliases, properties FROM entity WHERE key = ?',
  sourcesOf: `SELECT source.name FROM entity CROSS JOIN source
    WHERE entity.key = ? AND ((SELECT count(*) FROM source) = 1
      OR EXISTS (SELECT 1 FROM entity_part AS part WHERE part.source = source.id AND part.entity = entity.id))
    ORDER BY source.id`,
  outgoing: `SELECT relation.name, other.key, other.name, edge.weight
    FROM entity AS asked CROSS JOIN edge ON edge.head = asked.id
    CROSS JOIN relation ON relation.id = edge.relation CROSS JOIN entity AS other ON other.id = edge.tail
    WHERE asked.key = ? ORDER BY edge.relation, edge.tail LIMIT ?`,
  incoming: `SELECT relation.name, other.key, other.name, edge.weight
    FROM entity AS asked CROSS JOIN edge ON edge.tail = asked.id
    CROSS JOIN relation ON relation.id = edge.relation CROSS JOIN entity AS other ON other.id = edge.head
    WHERE asked.key = ? ORDER BY edge.relation, edge.head LIMIT ?`,
  entityBlock: 'SELECT key, name, types, aliases, properties FROM entity WHERE id >= ? AND id < ? ORDER BY id',
  edgeBlock: `SELECT ${EDGE_COLUMNS}
    FROM edge CROSS JOIN relation ON relation.id = edge.relation
    CROSS JOIN entity AS head ON head.id = edge.head CROSS JOIN entity AS tail ON tail.id = edge.tail
    WHERE edge.head >= ? AND edge.head < ? ORDER BY edge.head, edge.relation, edge.tail`,
  entityPartBlock: `SELECT entity.key, part.name, part.types, part.aliases, part.properties
    FROM entity_part AS part CROSS JOIN entity ON entity.id = part.entity
    WHERE part.source = ? AND part.entity >= ? AND part.entity < ? ORDER BY part.entity`,
  edgePartBlock: `SELECT ${EDGE_COLUMNS}
    FROM edge_part AS edge CROSS JOIN relation ON relation.id = edge.relation
    CROSS JOIN entity AS head ON head.id = edge.head CROSS JOIN entity AS tail ON tail.id = edge.tail
    WHERE edge.source = ? AND edge.head >= ? AND edge.head < ? ORDER BY edge.head, edge.relation, edge.tail`,
} as const;
