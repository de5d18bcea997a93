// Entities and their types, counted.
MATCH (entity:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
OPTIONAL CALL (entity) {
  UNWIND entity.types AS type
  RETURN type
}
RETURN count(DISTINCT entity), count(DISTINCT type)
