// The greatest number of an entity in a range.
MATCH (entity:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
RETURN max(entity.uid)
