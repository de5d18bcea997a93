"""Reference numbers for embedding-models.json: float64 PyTorch with autograd, each model written from its paper's equation
over one triple at a time, each loss from its definition. Run: python test/parity/embedding_models.py > test/parity/embedding-models.json"""

import json
import math

import torch

E, R, M, N, D = 11, 3, 4, 6, 6
softplus = torch.nn.functional.softplus


def complex_of(x):
    half = x.shape[-1] // 2
    return torch.complex(x[..., :half], x[..., half:])


def transe(t, h, r, o):
    return -(t["entity"][h] + t["relation"][r] - t["entity"][o]).norm()


def transh(t, h, r, o):
    w = t["normal"][r] / t["normal"][r].norm()
    project = lambda e: e - (w @ e) * w
    return -(project(t["entity"][h]) + t["relation"][r] - project(t["entity"][o])).norm()


def transd(t, h, r, o):
    mapping = lambda e: torch.outer(t["relationProjection"][r], t["entityProjection"][e]) + torch.eye(D, dtype=torch.float64)
    project = lambda e: mapping(e) @ t["entity"][e]
    return -(project(h) + t["relation"][r] - project(o)).abs().sum()


def distmult(t, h, r, o):
    return (t["entity"][h] * t["relation"][r] * t["entity"][o]).sum()


def complex_(t, h, r, o):
    x, y, z = (complex_of(t[k][i]) for k, i in (("entity", h), ("relation", r), ("entity", o)))
    return (x * y * z.conj()).sum().real


def rotate(t, h, r, o):
    phase = torch.polar(torch.ones(D // 2, dtype=torch.float64), t["relation"][r])
    return -(complex_of(t["entity"][h]) * phase - complex_of(t["entity"][o])).abs().sum()


def simple(t, h, r, o):
    half = D // 2
    e, s, w = t["entity"][h], t["entity"][o], t["relation"][r]
    return 0.5 * ((e[:half] * w[:half] * s[half:]).sum() + (s[:half] * w[half:] * e[half:]).sum())


def rescal(t, h, r, o):
    return t["entity"][h] @ t["relation"][r].view(D, D) @ t["entity"][o]


MODELS = {
    "transe": (transe, 2, D, {}),
    "transh": (transh, 2, D, {"normal": (R, D)}),
    "transd": (transd, 1, D, {"entityProjection": (E, D), "relationProjection": (R, D)}),
    "distmult": (distmult, 2, D, {}),
    "complex": (complex_, 2, D, {}),
    "rotate": (rotate, 1, D // 2, {}),
    "simple": (simple, 2, D, {}),
    "rescal": (rescal, 2, D * D, {}),
}
GUESS_RELATIONS = {"transe", "distmult", "complex", "simple"}
ONE_RELATION = {"transh", "transd", "rescal"}


def sampled_loss(kind, positive, negatives, loss):
    if kind == "cross-entropy":
        weighed = negatives + math.log(loss.get("negativeWeight", 1))
        return torch.logsumexp(torch.cat([positive[None], weighed]), 0) - positive
    if kind == "margin":
        return torch.relu(loss["margin"] - positive + negatives).sum() / N
    if kind == "log-sigmoid":
        p = torch.softmax(loss["temperature"] * negatives, 0).detach()
        return 0.5 * (softplus(-loss["gamma"] - positive) + (p * softplus(loss["gamma"] + negatives)).sum())
    low = loss["smoothing"] / (N + 1)
    high = 1 - loss["smoothing"] + low
    return (softplus(positive) - high * positive + (softplus(negatives) - low * negatives).sum()) / (N + 1)


def answer_loss(kind, scores, true, loss):
    if kind == "cross-entropy":
        return torch.logsumexp(scores, 0) - scores[true].mean()
    targets = torch.full((N,), loss["smoothing"] / N, dtype=torch.float64)
    targets[true] += 1 - loss["smoothing"]
    return (softplus(scores) - targets * scores).mean()


def penalty_of(name, tables, chunk, penalty):
    """Mean over positives of |h|^p + |r|^p + |t|^p, moduli for complex rows; RotatE's phases are left out."""
    if penalty is None:
        return 0
    is_complex = name in ("complex", "rotate")
    power = lambda x: ((complex_of(x).abs() if is_complex else x.abs()) ** penalty["power"]).sum()
    total = 0
    for h, r, t in zip(chunk["heads"], chunk["relations"], chunk["tails"]):
        total = total + power(tables["entity"][h]) + power(tables["entity"][t])
        if name != "rotate":
            total = total + power(tables["relation"][r])
    return penalty["weight"] * total / M


def relation_loss(name, tables, chunk, weight):
    """Guessing the relation among all: weighted mean of the positives' cross-entropy."""
    total = 0
    for i, (h, r, t) in enumerate(zip(chunk["heads"], chunk["relations"], chunk["tails"])):
        scores = torch.stack([MODELS[name][0](tables, h, other, t) for other in range(R)])
        total = total + chunk["weights"][i] * (torch.logsumexp(scores, 0) - scores[r])
    return weight * total / M


def chunk_loss(name, tables, chunk, loss, penalty):
    score = MODELS[name][0]
    total = 0
    for i, (h, r, t) in enumerate(zip(chunk["heads"], chunk["relations"], chunk["tails"])):
        tail = chunk["corrupt"] == "tail"
        scores = torch.stack([score(tables, h, r, n) if tail else score(tables, n, r, t) for n in chunk["negatives"]])
        if "answers" in chunk:
            total = total + answer_loss(loss["kind"], scores, chunk["answers"][i], loss)
            continue
        own = t if tail else h
        keep = [j for j, n in enumerate(chunk["negatives"]) if n != own and i * N + j not in chunk["struck"]]
        total = total + chunk["weights"][i] * sampled_loss(loss["kind"], score(tables, h, r, t), scores[keep], loss)
    return total / M + penalty_of(name, tables, chunk, penalty)


LOSSES = [
    ({"kind": "cross-entropy"}, {"power": 3, "weight": 0.05}),
    ({"kind": "margin", "margin": 0.7}, None),
    ({"kind": "log-sigmoid", "gamma": 1.2, "temperature": 0.6}, {"power": 2, "weight": 0.05}),
    ({"kind": "binary", "smoothing": 0.1}, None),
]


def cases_of(name, tables):
    ids = lambda count, limit: torch.randint(limit, (count,)).tolist()
    for number, (loss, penalty) in enumerate(LOSSES):
        for corrupt in ("tail", "head"):
            chunk = {"heads": ids(M, E), "relations": ids(M, R), "tails": ids(M, E), "negatives": ids(N, E)}
            chunk |= {"corrupt": corrupt, "weights": [1.0, 0.5, 2.0, 0.25], "struck": [3, 2 * N]}
            if name in ONE_RELATION:
                chunk["relations"] = [chunk["relations"][0]] * M
            chunk["negatives"][2] = chunk["tails" if corrupt == "tail" else "heads"][1]
            yield loss, penalty, chunk, 0
            if loss["kind"] == "cross-entropy":
                yield {**loss, "negativeWeight": 3}, None, chunk, 0
            if loss["kind"] == "margin" and name in GUESS_RELATIONS:
                yield loss, {"power": 3, "weight": 0.05}, chunk, 0.7
        if loss["kind"] in ("cross-entropy", "binary"):
            answers = [[0, 4], [1], [2, 3, 5], [5]]
            yield loss, None, {**chunk, "negatives": torch.randperm(E)[:N].tolist(), "answers": answers}, 0


def main():
    torch.manual_seed(5)
    models = []
    for name, (score, norm, relation_width, extra) in MODELS.items():
        shapes = {"entity": (E, D), "relation": (R, relation_width), **extra}
        tables = {k: (torch.randn(*shape) * 0.6).to(torch.float32).to(torch.float64) for k, shape in shapes.items()}
        cases = []
        for loss, penalty, chunk, guess in cases_of(name, tables):
            leaves = {k: v.clone().requires_grad_() for k, v in tables.items()}
            value = chunk_loss(name, leaves, chunk, loss, penalty)
            if guess:
                value = value + relation_loss(name, leaves, chunk, guess)
            value.backward()
            rounded = lambda values: [round(x, 8) for x in values]
            gradients = {k: rounded(v.grad.flatten().tolist()) for k, v in leaves.items()}
            cases.append({"loss": loss, "penalty": penalty, "relationWeight": guess, "chunk": chunk, "value": value.item(), "gradients": gradients})
        h, r, t = cases[0]["chunk"]["heads"], cases[0]["chunk"]["relations"], cases[0]["chunk"]["tails"]
        models.append(
            {
                "model": name,
                "norm": norm,
                "shape": {"entities": E, "relations": R, "dimension": D, "relationDimension": relation_width},
                "tables": {k: v.flatten().tolist() for k, v in tables.items()},
                "triples": [score(tables, *one).item() for one in zip(h, r, t)],
                "tails": [score(tables, a, b, e).item() for a, b in zip(h, r) for e in range(E)],
                "heads": [score(tables, e, b, a).item() for a, b in zip(t, r) for e in range(E)],
                "cases": cases,
            }
        )
    print(json.dumps(models))


main()
