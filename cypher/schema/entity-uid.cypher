// Migration 1: an entity's number in the whole database, graph and id within it: edges find their ends by it, and blocks are
// ranges of it.
CREATE CONSTRAINT medgraft_entity_uid IF NOT EXISTS FOR (e:MedgraftEntity) REQUIRE e.uid IS UNIQUE
