// One batch of edges of a graph without weights and with one source: head, tail, relation. See write-edges.
MATCH (lane:MedgraftLane {id: $lane})
SET lane.attempts = lane.attempts + 1
WITH lane WHERE lane.done = $done
SET lane.done = $done + 1
WITH lane
UNWIND $rows AS row
MATCH (head:MedgraftEntity {uid: row[0]})
MATCH (tail:MedgraftEntity {uid: row[1]})
CREATE (head)-[:$(row[2])]->(tail)
RETURN count(*)
