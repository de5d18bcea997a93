"""PyKEEN's filtered evaluation of TransE on given vectors: the peer of bench/embed-evaluate.mjs.

Line protocol: the first line is a JSON object {entity, relation, train, valid, test, entities, relations, dimension, threads},
files of float32 vectors and of int32 columns heads, relations, tails; "version" is answered by PyKEEN's; "evaluate BATCH
COUNT" ranks the first COUNT test triples in batches of BATCH and is answered by {"ms", "mrr"}.
"""

import json
import logging
import sys
import time

import numpy
import torch
from pykeen import get_version
from pykeen.evaluation import RankBasedEvaluator
from pykeen.models import TransE
from pykeen.triples import CoreTriplesFactory

logging.disable(logging.CRITICAL)


def triples(file):
    return torch.from_numpy(numpy.fromfile(file, dtype=numpy.int32).reshape(3, -1).T.astype(numpy.int64))


def load_model(c, train):
    factory = CoreTriplesFactory(train, num_entities=c["entities"], num_relations=c["relations"])
    model = TransE(triples_factory=factory, embedding_dim=c["dimension"], scoring_fct_norm=2, random_seed=1)
    for name in ("entity", "relation"):
        representation = getattr(model, f"{name}_representations")[0]
        vectors = numpy.fromfile(c[name], dtype=numpy.float32).reshape(-1, c["dimension"])
        representation._embeddings.weight.data = torch.from_numpy(vectors)
        representation.normalizer = representation.constrainer = None
    return model.eval()


def main():
    c = json.loads(sys.stdin.readline())
    torch.set_num_threads(c["threads"])
    train, valid, test = (triples(c[split]) for split in ("train", "valid", "test"))
    model = load_model(c, train)

    def evaluate(batch, count):
        evaluator = RankBasedEvaluator(filtered=True)
        start = time.perf_counter()
        result = evaluator.evaluate(
            model=model,
            mapped_triples=test[:count],
            additional_filter_triples=[train, valid, test],
            batch_size=batch,
            use_tqdm=False,
        )
        milliseconds = 1000 * (time.perf_counter() - start)
        return {"ms": milliseconds, "mrr": float(result.get_metric("both.realistic.inverse_harmonic_mean_rank"))}

    for line in sys.stdin:
        words = line.split()
        answer = get_version() if words[0] == "version" else evaluate(*map(int, words[1:]))
        print(json.dumps(answer), flush=True)


main()
