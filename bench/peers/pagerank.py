"""PageRank with scipy's sparse product: build (edge arrays to CSR) and ranking together, as bench/pagerank.mjs does.

Arguments: a file of little-endian uint32 (all heads, then all tails), the number of nodes, a file for the ranks.
Each line on stdin runs once and answers with one JSON line {ms, iterations}.
"""
import json
import sys
import time

import numpy as np
import scipy
import scipy.sparse as sparse

path, nodes, ranks_path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
heads, tails = np.fromfile(path, dtype="<u4").astype(np.int32).reshape(2, -1)


def page_rank(damping=0.85, tolerance=1e-6):
    matrix = sparse.coo_matrix((np.ones(len(heads)), (tails, heads)), shape=(nodes, nodes)).tocsr()
    degrees = np.bincount(heads, minlength=nodes)
    shares = np.divide(damping, degrees, out=np.zeros(nodes), where=degrees > 0)
    dangling = np.flatnonzero(degrees == 0)
    ranks = np.full(nodes, 1 / nodes)
    for iteration in range(1, 1000):
        update = matrix @ (ranks * shares)
        update += (1 - damping + damping * ranks[dangling].sum()) / nodes
        residual = np.abs(update - ranks).sum()
        ranks = update
        if residual < tolerance:
            break
    return ranks, iteration


print(json.dumps({"version": scipy.__version__}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    ranks, iterations = page_rank()
    milliseconds = (time.perf_counter() - start) * 1000
    ranks.astype("<f8").tofile(ranks_path)
    print(json.dumps({"ms": milliseconds, "iterations": iterations}), flush=True)
