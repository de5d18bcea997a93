"""Hugging Face's BertForPreTraining on a tiny batch, in float64: losses and gradients for bert.spec.ts, as bert.json.

Weights follow a formula, so that both sides make the same ones: value i (row-major) of the parameter named n is
0.4 * sin(0.37 * i * i + fnv1a32(n) % 1000), plus 1 for names that end in LayerNorm.weight.
"""

import json
import pathlib

import torch
from transformers import BertConfig, BertForPreTraining

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
    # Flat positions: two masked, one random, one kept.
    "maskedPositions": [2, 6, 12, 15],
    "maskedLabels": [11, 29, 33, 12],
    "orderLabels": [1, 0],
}
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


def build() -> BertForPreTraining:
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
    )
    model = BertForPreTraining(config).double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            fill(name, parameter)
    return model


def loss_parts(model: BertForPreTraining) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.tensor(BATCH["tokenIds"])
    lengths = torch.tensor(BATCH["lengths"])
    output = model(
        input_ids=ids,
        token_type_ids=torch.tensor(BATCH["segmentIds"]),
        attention_mask=(torch.arange(ids.shape[1]) < lengths[:, None]).long(),
    )
    logits = output.prediction_logits.view(-1, CONFIG["vocabularySize"])[BATCH["maskedPositions"]]
    mlm = torch.nn.functional.cross_entropy(logits, torch.tensor(BATCH["maskedLabels"]))
    order = torch.nn.functional.cross_entropy(output.seq_relationship_logits, torch.tensor(BATCH["orderLabels"]))
    return mlm, order


def sampled(gradient: torch.Tensor) -> dict:
    flat = gradient.reshape(-1)
    places = range(len(flat)) if len(flat) <= KEPT_WHOLE else [i * STRIDE % len(flat) for i in range(SAMPLES)]
    return {"norm": rounded(flat.norm()), "values": [rounded(flat[i]) for i in places]}


def rounded(value: torch.Tensor) -> float:
    return float(f"{float(value):.7g}")


def main() -> None:
    model = build()
    mlm, order = loss_parts(model)
    (mlm + order).backward()
    case = {
        "config": CONFIG,
        "batch": BATCH,
        "losses": {"mlm": rounded(mlm.detach()), "sop": rounded(order.detach()), "total": rounded((mlm + order).detach())},
        "gradients": {name: sampled(parameter.grad) for name, parameter in model.named_parameters()},
    }
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(case) + "\n")


if __name__ == "__main__":
    main()
