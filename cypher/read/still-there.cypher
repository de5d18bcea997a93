// Whether a graph that is being read block by block has not been replaced meanwhile.
MATCH (graph:MedgraftGraph {number: $number, state: 'complete'})
RETURN graph.number
