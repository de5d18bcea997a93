// Migration 1: one node holds the version of the schema.
CREATE CONSTRAINT medgraft_schema_id IF NOT EXISTS FOR (s:MedgraftSchema) REQUIRE s.id IS UNIQUE
