"""Reference numbers for ranking.json: PyKEEN's rank-based evaluator on given vectors of TransE and DistMult, some of them equal
so that scores tie; unfiltered ranks, which PyKEEN 1.11 does not give, are counted from its scores. Run: python test/parity/ranking.py > test/parity/ranking.json"""

import json
import logging

import torch
from pykeen.evaluation import RankBasedEvaluator
from pykeen.models import DistMult, TransE
from pykeen.triples import CoreTriplesFactory

logging.disable(logging.CRITICAL)
E, R, D = 40, 4, 6
METRICS = {
    "mrr": "inverse_harmonic_mean_rank",
    "mr": "arithmetic_mean_rank",
    "amri": "adjusted_arithmetic_mean_rank_index",
    "hits1": "hits_at_1",
    "hits3": "hits_at_3",
    "hits10": "hits_at_10",
}


def triples(count):
    return torch.stack([torch.randint(n, (count,)) for n in (E, R, E)], 1)


def figures(results, side, kind):
    # The adjusted index is defined for realistic ranks alone.
    metrics = {name: metric for name, metric in METRICS.items() if kind == "realistic" or name != "amri"}
    return {name: float(results.get_metric(f"{side}.{kind}.{metric}")) for name, metric in metrics.items()}


def evaluate(model, test, known):
    evaluator = RankBasedEvaluator(filtered=True, clear_on_finalize=False)
    return evaluator.evaluate(
        model=model, mapped_triples=test, additional_filter_triples=known, batch_size=8, use_tqdm=False
    )


def raw_figures(model, test):
    """Realistic ranks among all entities."""
    ranks = []
    with torch.inference_mode():
        for h, r, t in test.tolist():
            for scores, answer in (
                (model.score_t(torch.tensor([[h, r]]))[0], t),
                (model.score_h(torch.tensor([[r, t]]))[0], h),
            ):
                better, equal = (scores > scores[answer]).sum(), (scores == scores[answer]).sum()
                ranks.append(float(better + (equal + 1) / 2))
    ranks = torch.tensor(ranks, dtype=torch.float64)
    hits = {f"hits{k}": (ranks <= k).double().mean().item() for k in (1, 3, 10)}
    amri = 1 - (ranks.mean().item() - 1) / ((E + 1) / 2 - 1)
    return {"mrr": (1 / ranks).mean().item(), "mr": ranks.mean().item(), "amri": amri, **hits}


def main():
    torch.manual_seed(11)
    train, valid, test = triples(300), triples(30), triples(50)
    train, valid, test = (torch.unique(t, dim=0) for t in (train, valid, test))
    cases = []
    for name, cls, options in (("transe", TransE, {"scoring_fct_norm": 2}), ("distmult", DistMult, {})):
        factory = CoreTriplesFactory(train, num_entities=E, num_relations=R)
        model = cls(triples_factory=factory, embedding_dim=D, random_seed=1, **options)
        entity = torch.randint(-2, 3, (E, D)).float() / 2
        relation = torch.randint(-2, 3, (R, D)).float() / 2
        entity[7] = entity[3]
        entity[21] = entity[3]
        model.entity_representations[0]._embeddings.weight.data = entity
        model.relation_representations[0]._embeddings.weight.data = relation
        model.entity_representations[0].normalizer = model.relation_representations[0].normalizer = None
        filtered = evaluate(model, test, [train, valid])
        cases.append(
            {
                "model": name,
                "entity": entity.flatten().tolist(),
                "relation": relation.flatten().tolist(),
                **{kind: figures(filtered, "both", kind) for kind in ("realistic", "optimistic", "pessimistic")},
                **{side: figures(filtered, side, "realistic") for side in ("tail", "head")},
                "raw": raw_figures(model, test),
            }
        )
    print(json.dumps({"dimension": D, "train": train.tolist(), "valid": valid.tolist(), "test": test.tolist(), "cases": cases}))


main()
