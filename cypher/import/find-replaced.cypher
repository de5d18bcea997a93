// Graphs that are to be deleted: replaced ones, those of an interrupted writing of another content, or all of a name.
MATCH (graph:MedgraftGraph {kg: $kg}) WHERE graph.number <> $except
RETURN graph.number
