// Outgoing edges of a range of entities, one row a head.
MATCH (head:MedgraftEntity)-[edge]->(tail:MedgraftEntity) WHERE head.uid >= $from AND head.uid < $to
RETURN head.uid, collect([type(edge), tail.uid, edge.weight, edge.sources, edge.sourceWeights])
ORDER BY head.uid
