"""DGL-KE's training loop of TransE-L2 on processors, re-created in PyTorch: the peer of bench/embed-train.mjs.

After dglke/train_pytorch.py, models/general_models.py and pytorch/tensor_models.py (Zheng et al. 2020): tables and one
Adagrad accumulator a row in shared memory, processes that update them without locks (Hogwild), each with its own part of
the triples, in batches that replace heads and tails in turn; a chunk of positives shares its negatives; autograd; logistic
loss, mean of positives and negatives; rows updated sparsely. The sampler is a permutation and uniform draws.

Line protocol: the first line is a JSON object {triples, entities, relations, dimension, batch, chunk, negatives, gamma,
rate, processes, seed}, `triples` a file of int32 columns heads, relations, tails; each line "train N" lets every process
train N batches and is answered by {"ms", "loss", "positives", "negatives"}, the mean loss and how many the batches had.
"""

import json
import sys
import time

import numpy
import torch
import torch.multiprocessing as mp
from torch.nn import functional as F


class Table:
    """ExternalEmbedding: rows are traced when they are gathered, and updated after the backward pass."""

    def __init__(self, rows, width, bound):
        self.values = torch.empty(rows, width).uniform_(-bound, bound).share_memory_()
        self.state = torch.zeros(rows).share_memory_()
        self.trace = []

    def gather(self, ids):
        rows = self.values[ids].requires_grad_(True)
        self.trace.append((ids, rows))
        return rows

    @torch.no_grad()
    def update(self, rate):
        for ids, rows in self.trace:
            gradient = rows.grad
            self.state.index_add_(0, ids, (gradient * gradient).mean(1))
            deviation = self.state[ids].sqrt_().add_(1e-10).unsqueeze(1)
            self.values.index_add_(0, ids, -rate * gradient / deviation)
        self.trace = []


def distances(a, b):
    """batched_l2_dist: a [chunks, m, d] against b [chunks, n, d]."""
    squares = torch.baddbmm(b.norm(dim=-1).pow(2).unsqueeze(-2), a, b.transpose(-2, -1), alpha=-2)
    return squares.add_(a.norm(dim=-1).pow(2).unsqueeze(-1)).clamp_min_(1e-30).sqrt_()


class Sampler:
    """Batches (heads, relations, tails, negatives, replaced side) of one process's triples, without end."""

    def __init__(self, c, triples, seed):
        self.c, self.triples = c, triples
        self.random = torch.Generator().manual_seed(seed)
        self.order, self.at, self.side = None, 0, 0

    def next(self):
        c = self.c
        if self.order is None or self.at + c["batch"] > len(self.order):
            self.order, self.at = torch.randperm(self.triples.shape[1], generator=self.random), 0
        heads, relations, tails = self.triples[:, self.order[self.at : self.at + c["batch"]]]
        self.at += c["batch"]
        self.side ^= 1
        chunks = c["batch"] // c["chunk"]
        negatives = torch.randint(0, c["entities"], (chunks * c["negatives"],), generator=self.random)
        return heads, relations, tails, negatives, self.side


def step(c, entity, relation, batch):
    heads, relations, tails, negatives, replaces_head = batch
    nodes, places = torch.unique(torch.cat((heads, tails)), return_inverse=True)
    rows = entity.gather(nodes)
    h, t = rows[places[: len(heads)]], rows[places[len(heads) :]]
    r = relation.gather(relations)
    n = entity.gather(negatives)
    chunks, d = c["batch"] // c["chunk"], c["dimension"]
    positive = c["gamma"] - torch.norm(h + r - t, p=2, dim=-1)
    anchors = t - r if replaces_head else h + r
    negative = c["gamma"] - distances(anchors.reshape(chunks, -1, d), n.reshape(chunks, -1, d))
    loss = -(F.logsigmoid(positive).mean() + F.logsigmoid(-negative).mean()) / 2
    loss.backward()
    entity.update(c["rate"])
    relation.update(c["rate"])
    return loss.item(), positive.numel(), negative.numel()


def work(c, number, triples, entity, relation, orders, answers, barrier):
    torch.set_num_threads(1)
    sampler = Sampler(c, triples, c["seed"] + number)
    while (batches := orders.get()) is not None:
        barrier.wait()
        totals = numpy.zeros(3)
        for _ in range(batches):
            totals += step(c, entity, relation, sampler.next())
        answers.put(totals.tolist())


def main():
    c = json.loads(sys.stdin.readline())
    torch.manual_seed(c["seed"])
    triples = torch.from_numpy(numpy.fromfile(c["triples"], dtype=numpy.int32).reshape(3, -1).astype(numpy.int64))
    bound = (c["gamma"] + 2) / c["dimension"]
    entity, relation = (Table(c[rows], c["dimension"], bound) for rows in ("entities", "relations"))
    shuffled = triples[:, torch.randperm(triples.shape[1])]
    context = mp.get_context("fork")
    processes = c["processes"]
    barrier, answers = context.Barrier(processes + 1), context.Queue()
    orders = [context.SimpleQueue() for _ in range(processes)]
    parts = shuffled.chunk(processes, dim=1)
    for number, part in enumerate(parts):
        arguments = (c, number, part.contiguous(), entity, relation, orders[number], answers, barrier)
        context.Process(target=work, args=arguments, daemon=True).start()
    for line in sys.stdin:
        batches = int(line.split()[1])
        for queue in orders:
            queue.put(batches)
        barrier.wait()
        start = time.perf_counter()
        loss, positives, negatives = numpy.sum([answers.get() for _ in range(processes)], axis=0)
        milliseconds = 1000 * (time.perf_counter() - start)
        answer = {"ms": milliseconds, "loss": loss / (batches * processes), "positives": positives, "negatives": negatives}
        print(json.dumps(answer), flush=True)
    for queue in orders:
        queue.put(None)


main()
