// The graph that a name stands for now.
MATCH (graph:MedgraftGraph {kg: $kg, state: 'complete'})
RETURN graph.number, graph.contentId, graph.contentHash, graph.entities, graph.triples, graph.relations, graph.sources,
  graph.ranking
