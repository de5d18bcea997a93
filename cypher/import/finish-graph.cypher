// From here on readers see this graph and no longer the one before. No row when it was taken away meanwhile.
MATCH (graph:MedgraftGraph {number: $number}) WHERE graph.state <> 'replaced'
SET graph += $properties, graph.state = 'complete', graph.finished = datetime()
WITH graph
OPTIONAL MATCH (old:MedgraftGraph {kg: graph.kg}) WHERE old.number <> graph.number
SET old.state = 'replaced' REMOVE old.contentId
RETURN DISTINCT graph.number
