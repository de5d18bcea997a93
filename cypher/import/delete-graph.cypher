// The record of a graph, when nothing else is left of it.
MATCH (graph:MedgraftGraph {number: $number})
DETACH DELETE graph
