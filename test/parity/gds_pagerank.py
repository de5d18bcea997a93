"""Reference numbers of Neo4j Graph Data Science for test/parity/gds-pagerank.json: gds.pageRank.stream and .stats.

A Neo4j 5.26 with GDS 2.13.9 answered. The projection keeps parallel relationships and self-loops. The database is
emptied first. Run: python gds_pagerank.py bolt://HOST:PORT USER PASSWORD > gds-pagerank.json
"""
import json
import random
import sys

from neo4j import GraphDatabase

uri, user, password = sys.argv[1:4]
driver = GraphDatabase.driver(uri, auth=(user, password))
CASES = {}


def ask(statement, **parameters):
    return [record.data() for record in driver.execute_query(statement, parameters).records]


def power_law(count, edges, seed):
    """Weights are multiples of 1/8, exact in float32."""
    draw = random.Random(seed)
    node = lambda: int(count * draw.random() ** 3)
    return [[node(), node(), draw.randint(1, 40) / 8] for _ in range(edges)]


def project(count, edges):
    ask("MATCH (n) DETACH DELETE n")
    ask("UNWIND range(0, $count - 1) AS id CREATE (:N {id: id})", count=count)
    ask(
        "UNWIND $edges AS edge MATCH (a:N {id: edge[0]}), (b:N {id: edge[1]}) CREATE (a)-[:R {weight: edge[2]}]->(b)",
        edges=edges,
    )
    ask("CALL gds.graph.drop('g', false) YIELD graphName RETURN graphName")
    ask("CALL gds.graph.project('g', 'N', {R: {properties: 'weight'}}) YIELD nodeCount RETURN nodeCount")


def case(name, count, edges, weighted=False, damping=0.85, tolerance=1e-7, iterations=20):
    project(count, edges)
    settings = {"dampingFactor": damping, "tolerance": tolerance, "maxIterations": iterations, "concurrency": 1}
    if weighted:
        settings["relationshipWeightProperty"] = "weight"
    stats = ask(
        "CALL gds.pageRank.stats('g', $settings) YIELD ranIterations, didConverge RETURN ranIterations, didConverge",
        settings=settings,
    )[0]
    rows = ask(
        "CALL gds.pageRank.stream('g', $settings) YIELD nodeId, score "
        "RETURN gds.util.asNode(nodeId).id AS id, score ORDER BY id",
        settings=settings,
    )
    CASES[name] = {
        "entityCount": count,
        "edges": edges,
        "weighted": weighted,
        "damping": damping,
        "tolerance": tolerance,
        "maximumIterations": iterations,
        "iterations": stats["ranIterations"],
        "converged": stats["didConverge"],
        "scores": [row["score"] for row in rows],
    }


CHAIN = [[0, 1, 1.0], [1, 2, 1.0], [2, 3, 1.0]]
MIXED = [[0, 0, 1.0], [0, 1, 1.0], [0, 1, 1.0], [1, 2, 1.0], [2, 2, 1.0], [3, 0, 1.0]]
WEIGHTS = [[0, 1, 3.0], [0, 2, 0.5], [1, 2, 1.0], [2, 0, 2.25], [3, 0, 1.0], [1, 4, 5.0]]
case("chain with a dangling end", 4, CHAIN)
case("converged at the last iteration", 4, CHAIN, iterations=5)
case("cut one iteration before", 4, CHAIN, iterations=4)
case("a single node", 1, [])
case("a single node, one iteration", 1, [], iterations=1)
case("a self-loop alone", 1, [[0, 0, 1.0]], iterations=300)
case("no edges", 3, [])
case("self-loops and parallel edges", 4, MIXED)
case("until it converges", 4, MIXED, iterations=500)
case("a coarse tolerance", 40, power_law(40, 160, 3), tolerance=0.05)
case("one iteration", 40, power_law(40, 160, 3), iterations=1)
case("two iterations", 40, power_law(40, 160, 3), iterations=2)
case("weights", 5, WEIGHTS, weighted=True)
case("strong damping", 5, [[0, 1, 1.0], [1, 2, 1.0], [2, 0, 1.0], [3, 2, 1.0], [2, 4, 1.0]], damping=0.99)
case("power law", 120, power_law(120, 500, 1))
case("power law until it converges", 120, power_law(120, 500, 1), tolerance=1e-12, iterations=1000)
case("power law with weights", 120, power_law(120, 500, 2), weighted=True, tolerance=1e-3, iterations=100)

print(json.dumps(CASES, separators=(",", ":")))
