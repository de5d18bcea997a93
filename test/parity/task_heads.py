"""Hugging Face's BertForTokenClassification and BertForSequenceClassification on a tiny batch, in float64: logits, losses
and gradients for task-heads.spec.ts, as task-heads.json. Weights follow the formula of bert.py.
"""

import json
import pathlib

import torch
from transformers import BertConfig, BertForSequenceClassification, BertForTokenClassification

CONFIG = {
    "vocabularySize": 50,
    "hiddenSize": 16,
    "layers": 2,
    "heads": 2,
    "intermediateSize": 32,
    "maximumPositions": 12,
    "typeVocabularySize": 2,
    "layerNormEpsilon": 1e-12,
}
BATCH = {
    "tokenIds": [[2, 9, 4, 17, 3, 31, 4, 8, 44, 3], [2, 21, 4, 40, 3, 12, 7, 3, 0, 0]],
    "segmentIds": [[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]],
    "lengths": [10, 8],
    # -100 is not judged.
    "tags": [[-100, 1, 2, 0, -100, -100, -100, -100, -100, -100], [-100, 0, 1, 0, -100, -100, -100, -100, -100, -100]],
    "labels": [2, 0],
    "relevance": [1, 0],
}
LABELS = 3
KEPT_WHOLE, SAMPLES, STRIDE = 128, 64, 7919


def fnv1a32(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value


def fill(name: str, parameter: torch.Tensor) -> None:
    i = torch.arange(parameter.numel(), dtype=torch.float64)
    values = 0.4 * torch.sin(0.37 * i * i + fnv1a32(name) % 1000)
    parameter.copy_((values + (1 if name.endswith("LayerNorm.weight") else 0)).view_as(parameter))


def build(kind: type, labels: int):
    config = BertConfig(
        vocab_size=CONFIG["vocabularySize"],
        hidden_size=CONFIG["hiddenSize"],
        num_hidden_layers=CONFIG["layers"],
        num_attention_heads=CONFIG["heads"],
        intermediate_size=CONFIG["intermediateSize"],
        max_position_embeddings=CONFIG["maximumPositions"],
        layer_norm_eps=CONFIG["layerNormEpsilon"],
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        num_labels=labels,
    )
    model = kind(config).double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            fill(name, parameter)
    return model


def sampled(gradient: torch.Tensor) -> dict:
    flat = gradient.reshape(-1)
    places = range(len(flat)) if len(flat) <= KEPT_WHOLE else [i * STRIDE % len(flat) for i in range(SAMPLES)]
    return {"norm": rounded(flat.norm()), "values": [rounded(flat[i]) for i in places]}


def rounded(value) -> float:
    return float(f"{float(value):.7g}")


def case(kind: type, labels: int, loss_of) -> dict:
    model = build(kind, labels)
    ids = torch.tensor(BATCH["tokenIds"])
    lengths = torch.tensor(BATCH["lengths"])
    logits = model(
        input_ids=ids,
        token_type_ids=torch.tensor(BATCH["segmentIds"]),
        attention_mask=(torch.arange(ids.shape[1]) < lengths[:, None]).long(),
    ).logits
    loss = loss_of(logits)
    loss.backward()
    return {
        "labels": labels,
        "loss": rounded(loss.detach()),
        "logits": [rounded(value) for value in logits.detach().reshape(-1)],
        "gradients": {name: sampled(parameter.grad) for name, parameter in model.named_parameters()},
    }


def main() -> None:
    cross_entropy = torch.nn.functional.cross_entropy
    cases = {
        "tokens": case(
            BertForTokenClassification,
            LABELS,
            lambda logits: cross_entropy(logits.view(-1, LABELS), torch.tensor(BATCH["tags"]).view(-1)),
        ),
        "texts": case(
            BertForSequenceClassification,
            LABELS,
            lambda logits: cross_entropy(logits, torch.tensor(BATCH["labels"])),
        ),
        "score": case(
            BertForSequenceClassification,
            1,
            lambda logits: torch.nn.functional.binary_cross_entropy_with_logits(
                logits[:, 0], torch.tensor(BATCH["relevance"], dtype=torch.float64)
            ),
        ),
    }
    target = pathlib.Path(__file__).with_name("task-heads.json")
    target.write_text(json.dumps({"config": CONFIG, "batch": BATCH, "cases": cases}) + "\n")


main()
