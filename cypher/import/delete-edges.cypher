// One batch of the edges of a range of entities.
MATCH (entity:MedgraftEntity)-[edge]-() WHERE entity.uid >= $from AND entity.uid < $to
WITH DISTINCT edge LIMIT toInteger($limit)
DELETE edge
RETURN count(*)
