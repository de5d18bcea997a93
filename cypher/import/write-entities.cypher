// One batch of entities. The lane's count goes up in the same transaction: a batch that is sent again writes nothing. The
// first SET locks the lane before its count is read: the same batch may be under way in a transaction whose answer got lost.
// Columns: labels, uid, key, name, types, aliases, in-degree, out-degree, rank, sources, their parts, the source's properties.
MATCH (lane:MedgraftLane {id: $lane})
SET lane.attempts = lane.attempts + 1
WITH lane WHERE lane.done = $done
SET lane.done = $done + 1
WITH lane
UNWIND $rows AS row
CREATE (entity:MedgraftEntity:$(row[0]) {
  kg: $kg, uid: row[1], key: row[2], name: row[3], types: row[4], aliases: row[5],
  inDegree: row[6], outDegree: row[7], rank: row[8], sources: row[9], parts: row[10]
})
SET entity += row[11]
RETURN count(*)
