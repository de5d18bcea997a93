"""PEPR reference numbers for test/parity/pepr.json (SMedBERT, section 3.2, equation 1).

Three ways: the iterates V_1 to V_3 from a given V_0 by dense products, the limit by solving (I - (1 - a) A) V = a P with
scipy, and the limit with dangling mass jumping by P from the stochastic matrix A + P d^T. Also the classical personalised
PageRank of the entity (jump vector 1 at it, dangling mass lost), for forward push. Run: python pepr.py > pepr.json
"""
import json
import random

import numpy as np
import scipy.linalg

CASES = {}


def adjacency(count, edges, weighted):
    matrix = np.zeros((count, count))
    for head, tail, weight in edges:
        matrix[tail, head] += weight if weighted else 1.0
    sums = matrix.sum(axis=0)
    return np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0), sums == 0


def case(name, count, edges, entity, frequency, samples, weighted=False, jump=0.15):
    matrix, dangling = adjacency(count, edges, weighted)
    vector = np.full(count, 1 / count)
    vector[entity] = 1
    vector /= vector.sum()
    start = np.where(np.array(frequency) > 0, np.array(frequency) / max(sum(frequency), 1), 1 / samples)
    iterates, current = [], start
    for _ in range(3):
        current = (1 - jump) * matrix @ current + jump * vector
        iterates.append(current.tolist())
    identity = np.eye(count)
    lost = scipy.linalg.solve(identity - (1 - jump) * matrix, jump * vector)
    stochastic = matrix + np.outer(vector, dangling.astype(float))
    jumping = scipy.linalg.solve(identity - (1 - jump) * stochastic, jump * vector)
    personal = scipy.linalg.solve(identity - (1 - jump) * matrix, jump * identity[entity])
    CASES[name] = {
        "entityCount": count, "edges": edges, "weighted": weighted, "jump": jump, "entity": entity,
        "frequency": frequency, "samples": samples, "start": start.tolist(), "iterates": iterates,
        "lost": lost.tolist(), "jumping": jumping.tolist(), "personal": personal.tolist(),
    }


def power_law(count, edges, seed):
    """Weights are multiples of 1/8, exact in float32."""
    draw = random.Random(seed)
    node = lambda: int(count * draw.random() ** 2)
    return [[node(), node(), draw.randint(1, 40) / 8] for _ in range(edges)]


def both(edges):
    return edges + [[tail, head, weight] for head, tail, weight in edges]


CHAIN = [[0, 1, 1.0], [1, 2, 1.0], [2, 3, 1.0]]
MIXED = [[0, 0, 1.0], [0, 1, 1.0], [0, 1, 1.0], [1, 2, 1.0], [2, 2, 1.0], [3, 0, 1.0]]
case("a chain from its beginning", 4, CHAIN, 0, [2, 0, 1, 0], 10)
case("a chain from its dangling end", 4, CHAIN, 3, [2, 0, 1, 0], 10)
case("self-loops and parallel edges", 4, MIXED, 1, [1, 1, 1, 1], 4)
case("no edges", 3, [], 1, [0, 0, 0], 5)
case("a single entity", 1, [], 0, [7], 3)
case("power law", 60, power_law(60, 200, 1), 3, [i % 4 for i in range(60)], 25)
case("power law with weights", 60, power_law(60, 200, 2), 5, [i % 3 for i in range(60)], 25, weighted=True, jump=0.3)
case("power law both ways", 60, both(power_law(60, 150, 3)), 41, [i % 2 for i in range(60)], 25, weighted=True)

print(json.dumps(CASES, separators=(",", ":")))
