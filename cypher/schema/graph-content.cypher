// Migration 1: a graph is written once for each content, however often its beginning is sent.
CREATE CONSTRAINT medgraft_graph_content IF NOT EXISTS FOR (g:MedgraftGraph) REQUIRE (g.kg, g.contentId) IS UNIQUE
