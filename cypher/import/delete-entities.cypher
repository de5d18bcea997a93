// The entities of a range whose edges are deleted.
MATCH (entity:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
DETACH DELETE entity
