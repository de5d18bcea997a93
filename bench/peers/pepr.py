"""PEPR (SMedBERT, equation 1) by scipy's sparse product: the matrix is built once, then one entity is iterated at a time.

The first line names {edges, nodes, ranks, jump, tolerance}: `edges` is a file of little-endian uint32 (all heads, then all
tails). `version` answers with scipy's version; a number iterates for that entity, writes the ranks and answers {ms}. Mass of
dangling entities jumps like the rest.
"""
import json
import sys
import time

import numpy as np
import scipy
import scipy.sparse as sparse

settings = json.loads(sys.stdin.readline())
nodes, jump = settings["nodes"], settings["jump"]
heads, tails = np.fromfile(settings["edges"], dtype="<u4").astype(np.int32).reshape(2, -1)
matrix = sparse.coo_matrix((np.ones(len(heads)), (tails, heads)), shape=(nodes, nodes)).tocsr()
degrees = np.bincount(heads, minlength=nodes)
shares = np.divide(1 - jump, degrees, out=np.zeros(nodes), where=degrees > 0)
dangling = np.flatnonzero(degrees == 0)


def pepr(entity):
    vector = np.full(nodes, 1 / (2 * nodes - 1))
    vector[entity] = nodes / (2 * nodes - 1)
    ranks = np.full(nodes, 1 / nodes)
    while True:
        update = matrix @ (ranks * shares)
        update += (jump + (1 - jump) * ranks[dangling].sum()) * vector
        residual = np.abs(update - ranks).sum()
        ranks = update
        if residual < settings["tolerance"]:
            return ranks


for line in sys.stdin:
    if line.strip() == "version":
        print(json.dumps(scipy.__version__), flush=True)
        continue
    start = time.perf_counter()
    ranks = pepr(int(line))
    milliseconds = (time.perf_counter() - start) * 1000
    ranks.astype("<f8").tofile(settings["ranks"])
    print(json.dumps({"ms": milliseconds}), flush=True)
