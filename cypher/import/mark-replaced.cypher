// Takes a graph away from readers and writers before its parts are deleted: a writer without its lane stops.
MATCH (graph:MedgraftGraph {number: $number})
SET graph.state = 'replaced' REMOVE graph.contentId
WITH graph
MATCH (lane:MedgraftLane) WHERE lane.id STARTS WITH toString(graph.number) + '/'
DELETE lane
