// One entity by its key.
MATCH (entity:MedgraftEntity {key: $key}) WHERE entity.uid >= $from AND entity.uid < $to
RETURN [name IN keys(entity) | [name, entity[name]]]
