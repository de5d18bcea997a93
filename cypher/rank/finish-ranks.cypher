// Names the ranking that the entities carry.
MATCH (graph:MedgraftGraph {number: $number})
SET graph.ranking = $ranking
