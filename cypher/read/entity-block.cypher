// Entities of a range of numbers, in the order of their keys.
MATCH (entity:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
RETURN [name IN keys(entity) | [name, entity[name]]]
ORDER BY entity.uid
