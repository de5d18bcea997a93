// Outgoing edges of an entity by relation (in the graph's order of relations) and key.
MATCH (entity:MedgraftEntity {key: $key}) WHERE entity.uid >= $from AND entity.uid < $to
MATCH (entity)-[edge]->(other:MedgraftEntity)
RETURN type(edge), other.key, other.name, edge.weight
ORDER BY $order[type(edge)], other.uid LIMIT toInteger($limit)
