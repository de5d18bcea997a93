// One batch of entities. The lane's count goes up in the same transaction: a batch that is sent again writes nothing. The
// first SET locks the lane before its count is read: the same batch may be under way in a transaction whose answer got lost.
MATCH (lane:MedgraftLane {id: $lane})
SET lane.attempts = lane.attempts + 1
WITH lane WHERE lane.done = $done
SET lane.done = $done + 1
WITH lane
UNWIND $rows AS row
CREATE (entity:MedgraftEntity:$(row.labels))
SET entity = row.properties
RETURN count(*)
