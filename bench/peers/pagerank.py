"""PageRank of other libraries: build (edge arrays to their graph) and ranking together, as bench/pagerank.mjs does.

The first line names {library, edges, nodes, ranks, threads}: `edges` is a file of little-endian uint32 (all heads, then all
tails). `version` answers with the library's version, or null when it is not installed; `run` runs once, writes the ranks
and answers with {ms}. Damping 0.85, mass of dangling nodes spread evenly, L1 tolerance 1e-6 where there is one.
"""
import importlib
import json
import sys
import time

import numpy as np

settings = json.loads(sys.stdin.readline())
nodes = settings["nodes"]
heads, tails = np.fromfile(settings["edges"], dtype="<u4").reshape(2, -1)


def scipy_ranks(damping=0.85, tolerance=1e-6):
    import scipy.sparse as sparse

    sources, targets = heads.astype(np.int32), tails.astype(np.int32)
    matrix = sparse.coo_matrix((np.ones(len(sources)), (targets, sources)), shape=(nodes, nodes)).tocsr()
    degrees = np.bincount(sources, minlength=nodes)
    shares = np.divide(damping, degrees, out=np.zeros(nodes), where=degrees > 0)
    dangling = np.flatnonzero(degrees == 0)
    ranks = np.full(nodes, 1 / nodes)
    while True:
        update = matrix @ (ranks * shares)
        update += (1 - damping + damping * ranks[dangling].sum()) / nodes
        residual = np.abs(update - ranks).sum()
        ranks = update
        if residual < tolerance:
            return ranks


def networkit_ranks():
    import networkit

    networkit.setNumberOfThreads(settings["threads"])
    graph = networkit.GraphFromCoo((np.ones(len(heads)), (heads, tails)), n=nodes, directed=True, weighted=False)
    sinks = networkit.centrality.SinkHandling.DistributeSinks
    ranking = networkit.centrality.PageRank(graph, 0.85, 1e-6, distributeSinks=sinks)
    ranking.norm = networkit.centrality.Norm.L1_NORM
    ranking.run()
    return np.array(ranking.scores())


def igraph_ranks():
    """PRPACK: solved to about 1e-10, whatever is asked for."""
    import igraph

    graph = igraph.Graph(n=nodes, edges=np.column_stack((heads, tails)), directed=True)
    return np.array(graph.pagerank(damping=0.85))


LIBRARIES = {"scipy": scipy_ranks, "networkit": networkit_ranks, "igraph": igraph_ranks}


def version():
    try:
        return importlib.import_module(settings["library"]).__version__
    except ImportError:
        return None


for line in sys.stdin:
    if line.strip() == "version":
        print(json.dumps(version()), flush=True)
        continue
    start = time.perf_counter()
    ranks = LIBRARIES[settings["library"]]()
    milliseconds = (time.perf_counter() - start) * 1000
    ranks.astype("<f8").tofile(settings["ranks"])
    print(json.dumps({"ms": milliseconds}), flush=True)
