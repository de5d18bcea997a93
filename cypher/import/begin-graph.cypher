// Begins a graph, or finds the one that was begun or finished with the same content. Lanes count the batches that are in.
MATCH (schema:MedgraftSchema {id: 'medgraft'})
SET schema.graphs = schema.graphs + 1
MERGE (graph:MedgraftGraph {kg: $kg, contentId: $contentId})
  ON CREATE SET graph.number = schema.graphs, graph.state = 'writing', graph.begun = datetime()
WITH graph
UNWIND range(0, $lanes - 1) AS n
MERGE (lane:MedgraftLane {id: toString(graph.number) + '/' + toString(n)})
  ON CREATE SET lane.done = 0, lane.attempts = 0
WITH graph, n, lane ORDER BY n
RETURN graph.number, graph.state, collect(lane.done)
