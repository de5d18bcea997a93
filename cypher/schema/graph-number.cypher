// Migration 1: the number that an entity's uid begins with.
CREATE CONSTRAINT medgraft_graph_number IF NOT EXISTS FOR (g:MedgraftGraph) REQUIRE g.number IS UNIQUE
