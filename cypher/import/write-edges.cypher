// One batch of edges: head, tail, relation, weight, and where several sources tell, their positions and weights.
MATCH (lane:MedgraftLane {id: $lane})
SET lane.attempts = lane.attempts + 1
WITH lane WHERE lane.done = $done
SET lane.done = $done + 1
WITH lane
UNWIND $rows AS row
MATCH (head:MedgraftEntity {uid: row[0]})
MATCH (tail:MedgraftEntity {uid: row[1]})
CREATE (head)-[:$(row[2]) {weight: row[3], sources: row[4], sourceWeights: row[5]}]->(tail)
RETURN count(*)
