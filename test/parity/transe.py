"""Reference numbers of TransE and TransR for transe.json and transr.json: float64 PyTorch with autograd, written from
Bordes et al. 2013 and Lin et al. 2015. Run: python test/parity/transe.py transe > test/parity/transe.json"""

import json
import sys

import torch

E, R, M, N = 11, 3, 5, 6
MARGIN = 0.7


def distance(u, norm):
    return u.abs().sum(-1) if norm == 1 else u.pow(2).sum(-1).sqrt()


def scores(tables, heads, relations, tails, norm):
    """-|h M + r - t M|, without M for TransE; any leading shape of ids."""
    h, r, t = tables["entity"][heads], tables["relation"][relations], tables["entity"][tails]
    if "projection" in tables:
        m = tables["projection"][relations]
        h, t = (torch.einsum("...d,...dk->...k", x, m) for x in (h, t))
    return -distance(h + r - t, norm)


def chunk_loss(tables, chunk, loss, norm):
    heads, relations, tails, negatives = (torch.tensor(chunk[k]) for k in ("heads", "relations", "tails", "negatives"))
    positive = scores(tables, heads, relations, tails, norm)
    shared = negatives.expand(len(heads), -1)
    wide = lambda ids: ids[:, None].expand(-1, len(negatives))
    if chunk["corrupt"] == "tail":
        negative = scores(tables, wide(heads), wide(relations), shared, norm)
        own = shared == tails[:, None]
    else:
        negative = scores(tables, shared, wide(relations), wide(tails), norm)
        own = shared == heads[:, None]
    if loss == "margin":
        hinge = torch.relu(MARGIN - positive[:, None] + negative).masked_fill(own, 0)
        return hinge.mean()
    logits = torch.cat([positive[:, None], negative.masked_fill(own, float("-inf"))], 1)
    return torch.nn.functional.cross_entropy(logits, torch.zeros(len(heads), dtype=torch.long))


def main(model):
    torch.manual_seed(3)
    dimension, relation_dimension = (6, 6) if model == "transe" else (6, 5)
    tables = {"entity": torch.randn(E, dimension) * 0.5, "relation": torch.randn(R, relation_dimension) * 0.5}
    if model == "transr":
        tables["projection"] = torch.randn(R, dimension, relation_dimension) * 0.5
    tables = {k: v.to(torch.float32).to(torch.float64) for k, v in tables.items()}
    ids = lambda count, limit: torch.randint(limit, (count,)).tolist()
    cases = []
    for norm in (1, 2):
        for loss in ("cross-entropy", "margin"):
            for corrupt in ("tail", "head"):
                chunk = {"heads": ids(M, E), "relations": ids(M, R), "tails": ids(M, E), "negatives": ids(N, E)}
                if model == "transr":
                    chunk["relations"] = [chunk["relations"][0]] * M
                # One negative is a positive's own entity.
                chunk["negatives"][2] = chunk["tails" if corrupt == "tail" else "heads"][1]
                chunk["corrupt"] = corrupt
                leaves = {k: v.clone().requires_grad_() for k, v in tables.items()}
                value = chunk_loss(leaves, chunk, loss, norm)
                value.backward()
                everyone = torch.arange(E).expand(M, -1)
                wide = lambda k: torch.tensor(chunk[k])[:, None].expand(-1, E)
                cases.append(
                    {
                        "norm": norm,
                        "loss": loss,
                        "chunk": chunk,
                        "value": value.item(),
                        "gradients": {k: v.grad.flatten().tolist() for k, v in leaves.items()},
                        "triples": scores(
                            tables, *(torch.tensor(chunk[k]) for k in ("heads", "relations", "tails")), norm
                        ).tolist(),
                        "tails": scores(tables, wide("heads"), wide("relations"), everyone, norm).flatten().tolist(),
                        "heads": scores(tables, everyone, wide("relations"), wide("tails"), norm).flatten().tolist(),
                    }
                )
    shape = {"entities": E, "relations": R, "dimension": dimension, "relationDimension": relation_dimension}
    flat = {k: v.flatten().tolist() for k, v in tables.items()}
    print(json.dumps({"model": model, "shape": shape, "margin": MARGIN, "tables": flat, "cases": cases}))


main(sys.argv[1])
