// Migration 1: the record of how far a writer came.
CREATE CONSTRAINT medgraft_lane_id IF NOT EXISTS FOR (l:MedgraftLane) REQUIRE l.id IS UNIQUE
