"""Epochs of PyKEEN's TransR, as its users run it (SLCWA, Adagrad, its own loss and constraints): a peer of bench/embed-train.mjs.

Line protocol: the first line is a JSON object {triples, entities, relations, dimension, threads, seed}, `triples` a file of
int32 columns heads, relations, tails; "version" is answered by PyKEEN's; "train BATCH NEGATIVES COUNT" trains COUNT triples,
in batches of BATCH with NEGATIVES for each, and is answered by the milliseconds of the epoch.
"""

import ctypes
import json
import logging
import sys
import time

import numpy
import torch
from pykeen import get_version
from pykeen.models import TransR
from pykeen.training import SLCWATrainingLoop
from pykeen.triples import CoreTriplesFactory

logging.disable(logging.CRITICAL)


def trainer(c, triples):
    def factory(count):
        return CoreTriplesFactory(triples[:count], num_entities=c["entities"], num_relations=c["relations"])

    d = c["dimension"]
    model = TransR(triples_factory=factory(len(triples)), embedding_dim=d, relation_dim=d, random_seed=c["seed"])
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)

    def train(batch, negatives, count):
        part = factory(count)
        loop = SLCWATrainingLoop(
            model=model,
            triples_factory=part,
            optimizer=optimizer,
            negative_sampler="basic",
            negative_sampler_kwargs={"num_negs_per_pos": negatives},
        )
        start = time.perf_counter()
        loop.train(part, num_epochs=1, batch_size=batch, use_tqdm=False, use_tqdm_batch=False, num_workers=0)
        return 1000 * (time.perf_counter() - start)

    return train


def keep_memory():
    """glibc gives every large block back and takes it anew, page by page, which costs TransR more than its arithmetic."""
    trim_threshold, mmap_max = -1, -4
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(mmap_max, 0)


def main():
    keep_memory()
    c = json.loads(sys.stdin.readline())
    torch.set_num_threads(c["threads"])
    columns = numpy.fromfile(c["triples"], dtype=numpy.int32).reshape(3, -1)
    generator = torch.Generator().manual_seed(c["seed"])
    triples = torch.from_numpy(columns.T.astype(numpy.int64))
    train = trainer(c, triples[torch.randperm(len(triples), generator=generator)])
    for line in sys.stdin:
        words = line.split()
        answer = get_version() if words[0] == "version" else train(*map(int, words[1:]))
        print(json.dumps(answer), flush=True)


main()
