// Ranks of a batch of entities; sending it twice changes nothing.
UNWIND $rows AS row
MATCH (entity:MedgraftEntity {uid: row[0]})
SET entity.rank = row[1]
