"""PageRank reference numbers for test/parity/pagerank.json.

networkx (its scipy implementation) on small graphs with weights, dangling nodes, self-loops, parallel edges and
separate components; tolerance far below the agreement that the tests ask for. Run: python pagerank.py > pagerank.json
"""
import json
import random

import networkx as nx

CASES = {}


def case(name, count, edges, weighted=False, damping=0.85):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(count))
    for head, tail, weight in edges:
        graph.add_edge(head, tail, weight=weight if weighted else 1.0)
    ranks = nx.pagerank(graph, alpha=damping, tol=1e-15, max_iter=5000)
    CASES[name] = {
        "entityCount": count,
        "damping": damping,
        "edges": [[head, tail, weight] for head, tail, weight in edges],
        "weighted": weighted,
        "ranks": [ranks[node] for node in range(count)],
    }


def power_law(count, edges, seed):
    """Weights are multiples of 1/8, exact in float32."""
    draw = random.Random(seed)
    node = lambda: int(count * draw.random() ** 3)
    return [(node(), node(), draw.randint(1, 40) / 8) for _ in range(edges)]


case("chain with a dangling end", 4, [(0, 1, 1), (1, 2, 1), (2, 3, 1)])
case("no edges", 3, [])
case("self-loops and parallel edges", 4, [(0, 0, 1), (0, 1, 1), (0, 1, 1), (1, 2, 1), (2, 2, 1), (3, 0, 1)])
case("two components", 7, [(0, 1, 1), (1, 0, 1), (2, 3, 1), (3, 4, 1), (4, 2, 1), (5, 2, 1)])
case("weights", 5, [(0, 1, 3), (0, 2, 0.5), (1, 2, 1), (2, 0, 2.25), (3, 0, 1), (1, 4, 5)], weighted=True)
case("strong damping", 5, [(0, 1, 1), (1, 2, 1), (2, 0, 1), (3, 2, 1), (2, 4, 1)], damping=0.99)
case("power law", 120, power_law(120, 500, 1))
case("power law with weights", 120, power_law(120, 500, 2), weighted=True)

print(json.dumps(CASES, indent=None, separators=(",", ":")))
