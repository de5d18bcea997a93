// Names of the graphs that can be read.
MATCH (graph:MedgraftGraph {state: 'complete'})
RETURN graph.kg ORDER BY graph.kg
