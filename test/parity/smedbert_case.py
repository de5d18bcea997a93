"""The tiny configuration, the weights and the batch that smedbert.py computes on, and how its numbers are stored.

Weights follow a formula instead of being stored, so that both sides make the same ones; the batch is written by hand
to hold a padded sample, a masked token of each kind (mask, random, kept), mentions with K, fewer, and only equally
typed neighbours, and a group of targets whose shared negatives contain the true neighbours. Legend as in smedbert.py.
"""

import json
import math

import torch

torch.set_default_dtype(torch.float64)

CONFIG = dict(
    vocabSize=60, hiddenSize=16, layers=3, heads=2, intermediateSize=32, maxPositions=24, typeVocabSize=2,
    layerNormEpsilon=1e-12, knowledgeSize=6, neighbours=4, knowledgeHeads=2, infuseAfterLayer=1, batch=2, sequence=14,
    entities=20, relations=4, entityTypeCount=5, mu=10, lambda1=2, lambda2=4, negatives=5, groupSize=2,
)  # fmt: skip
D1, D2, H2, S = CONFIG["hiddenSize"], CONFIG["knowledgeSize"], CONFIG["knowledgeHeads"], CONFIG["sequence"]
CLS, SEP, MASK, PAD = 2, 3, 4, 0
ENTITY_TYPES = [0, 1, 2, 3, 4, 1, 2, 0, 4, 3, 2, 2, 0, 1, 3, 4, 0, 1, 3, 4]

# The quadratic phase keeps every matrix of full rank; a linear one would make each a matrix of rank two. The knowledge
# weights are larger so that types and neighbours differ enough in weight for a mistake in the attention to be seen.
WEIGHT_FORMULA = (
    "value i (row-major) of the parameter named n is amplitude*sin(0.37*i*i + fnv1a32(n)%1000), fnv1a32 being the "
    "unsigned 32-bit FNV-1a hash of the name's ASCII bytes; amplitude is 1 for names that start with knowledge. and "
    "hold no LayerNorm, else 0.4; a name that ends in LayerNorm.weight has 1 added to every value"
)


def parameter_shapes():
    """Every parameter's name and shape, in the order of the forward pass."""
    shapes = {}

    def dense(name, out, inp, bias=True):
        shapes[f"{name}.weight"] = (out, inp)
        if bias:
            shapes[f"{name}.bias"] = (out,)

    def norm(name, width):
        shapes[f"{name}.LayerNorm.weight"] = shapes[f"{name}.LayerNorm.bias"] = (width,)

    vocab, inner = CONFIG["vocabSize"], CONFIG["intermediateSize"]
    shapes["bert.embeddings.word_embeddings.weight"] = (vocab, D1)
    shapes["bert.embeddings.position_embeddings.weight"] = (CONFIG["maxPositions"], D1)
    shapes["bert.embeddings.token_type_embeddings.weight"] = (CONFIG["typeVocabSize"], D1)
    norm("bert.embeddings", D1)
    for n in range(CONFIG["layers"]):
        layer = f"bert.encoder.layer.{n}"
        for role in ("query", "key", "value"):
            dense(f"{layer}.attention.self.{role}", D1, D1)
        dense(f"{layer}.attention.output.dense", D1, D1)
        norm(f"{layer}.attention.output", D1)
        dense(f"{layer}.intermediate.dense", inner, D1)
        dense(f"{layer}.output.dense", D1, inner)
        norm(f"{layer}.output", D1)
    dense("bert.pooler.dense", D1, D1)
    dense("cls.predictions.transform.dense", D1, D1)
    norm("cls.predictions.transform", D1)
    shapes["cls.predictions.bias"] = (vocab,)
    dense("cls.seq_relationship", 2, D1)

    shapes["knowledge.entity_embeddings.weight"] = (CONFIG["entities"], D2)
    shapes["knowledge.relation_embeddings.weight"] = (CONFIG["relations"], D2)
    shapes["knowledge.transfer_matrices.weight"] = (CONFIG["relations"], D2 * D2)
    dense("knowledge.span_pooling", 1, D1)
    dense("knowledge.mention.dense", D2, D1)
    norm("knowledge.mention", D2)
    dense("knowledge.type_attention.mention", D2, D2, bias=False)
    dense("knowledge.type_attention.type", D2, D2, bias=False)
    dense("knowledge.type_attention.score", 1, D2, bias=False)
    dense("knowledge.node_attention.query", D2, D2, bias=False)
    dense("knowledge.node_attention.key", D2, D2, bias=False)
    dense("knowledge.node_attention.value", D2, D2)
    dense("knowledge.aggregate.inner", 4 * D2, D2)
    dense("knowledge.aggregate.outer", D2, 4 * D2)
    norm("knowledge.aggregate", D2)
    dense("knowledge.fusion.mention", 2 * D2, 2 * D2)
    dense("knowledge.fusion.project", D1, 2 * D2)
    norm("knowledge.fusion", D1)
    dense("knowledge.gate", D1, 2 * D1)
    dense("knowledge.infuse", D1, 2 * D1)
    dense("knowledge.objective.span_pooling", 1, D1)
    dense("knowledge.objective.mention", D2, D1)
    norm("knowledge.objective", D2)
    return shapes


def fnv1a32(name):
    value = 2166136261
    for byte in name.encode("ascii"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def formula_weights():
    weights = {}
    for name, shape in parameter_shapes().items():
        index = torch.arange(math.prod(shape), dtype=torch.float64)
        amplitude = 1 if name.startswith("knowledge.") and "LayerNorm" not in name else 0.4
        values = amplitude * torch.sin(0.37 * index * index + fnv1a32(name) % 1000)
        if name.endswith("LayerNorm.weight"):
            values = values + 1
        weights[name] = values.reshape(shape).requires_grad_()
    return weights


def log_proposal(entity):
    """log Q(e) = log(t_e / C_type(e)) (15) for made-up frequencies t_e, rounded as it is stored."""
    frequency = [1 + (7 * e) % 11 for e in range(CONFIG["entities"])]
    of_type = sum(t for t, kind in zip(frequency, ENTITY_TYPES) if kind == ENTITY_TYPES[entity])
    return significant(math.log(frequency[entity] / of_type))


def make_batch():
    """Two sentences, the second padded; four infused mentions; three unmasked mentions with five targets."""
    first = [CLS, 11, MASK, MASK, MASK, 25, 26, SEP, 31, MASK, 47, 36, 38, SEP]  # 9: mask, 10: random, 11: kept
    second = [CLS, MASK, MASK, 52, 14, SEP, 17, 58, 29, MASK, SEP, PAD, PAD, PAD]
    labels = {2: 12, 3: 13, 4: 21, 9: 34, 10: 35, 11: 36, S + 1: 41, S + 2: 42, S + 3: 43, S + 9: 19}
    infused = [([2, 3], [0, 5, 13, 9], 7), ([9, 10, 11], [18, 2], 4), ([S + 2, S + 3], [3, 8, 12, 11], 16)]
    infused.append(([S + 1], [6, 10, 2], 1))  # three neighbours of one type
    targets = [(0, 0, 1, 4), (0, 2, -1, 1), (1, 0, 1, 15), (2, 1, 1, 11), (2, 0, -1, 19)]
    negatives = [[8, 4, 19, 8, 15], [5, 13, 17, 5, 13], [2, 6, 10, 6, 2], [4, 8, 15, 8, 4]]
    groups = [(0, 1, [0, 2]), (2, -1, [1]), (1, 1, [3]), (0, -1, [4])]
    return dict(
        tokenIds=[first, second],
        segmentIds=[[0] * 8 + [1] * 6, [0] * 6 + [1] * 5 + [0] * 3],
        lengths=[14, 11],
        maskedPositions=list(labels),
        maskedLabels=list(labels.values()),
        sopLabels=[0, 1],
        infusedMentions=[
            dict(positions=p, neighbours=n, entityId=e, trueTokenIds=[labels[i] for i in p]) for p, n, e in infused
        ],
        mnemMentions=[dict(positions=p) for p in ([5, 6], [12], [S + 6, S + 7, S + 8])],
        targets=[
            dict(mention=m, relation=r, direction=s, entity=e, logQ=log_proposal(e)) for m, r, s, e in targets
        ],
        groups=[
            dict(
                relation=r, direction=s, type=ENTITY_TYPES[targets[members[0]][3]], targetIndices=members,
                negatives=drawn, negativeLogQ=[log_proposal(e) for e in drawn],
            )
            for (r, s, members), drawn in zip(groups, negatives)
        ],
        entityTypes=ENTITY_TYPES,
    )  # fmt: skip


def significant(value):
    """Rounded to the 7 significant digits that are stored; noise around an exact zero becomes zero."""
    return 0.0 if abs(value) < 1e-12 else float(f"{value:.7g}")


def plain(value):
    """Tensors to nested lists of rounded numbers."""
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return significant(value) if isinstance(value, float) else value


def write_json(path, record):
    """One line for each entry of the second level keeps differences readable."""
    parts = []
    for key, value in plain(record).items():
        text = json.dumps(value)
        if isinstance(value, dict):
            rows = (f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            text = "{\n  " + ",\n  ".join(rows) + "\n }"
        parts.append(f" {json.dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
