// Keys of a range of numbers, in their order.
MATCH (entity:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
RETURN entity.uid, entity.key
ORDER BY entity.uid
