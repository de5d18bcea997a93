// Edges and relations, counted.
MATCH (entity:MedgraftEntity)-[edge]->(:MedgraftEntity) WHERE entity.uid >= $from AND entity.uid < $to
RETURN count(edge), count(DISTINCT type(edge))
