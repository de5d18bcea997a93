// Migration 1: entities by the key of their source. Not unique: several graphs share the database.
CREATE INDEX medgraft_entity_key IF NOT EXISTS FOR (e:MedgraftEntity) ON (e.key)
