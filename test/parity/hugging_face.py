"""Folders as transformers and torch write them, shaped like bert-base-chinese with small widths, and what transformers computes.

    python test/parity/hugging_face.py

Writes test/parity/hugging-face/ (weights in each layout, config.json, vocab.txt) and hugging-face.json: hidden states, pooled
first tokens and logits of both heads on one batch, and the ids that the tokenizer gives. Weights follow a formula (bert.py).
"""

import json
import pathlib
import shutil

import torch
from bert import fill, rounded
from safetensors.torch import save_file
from transformers import BertConfig, BertForPreTraining, BertTokenizerFast

HERE = pathlib.Path(__file__).parent
OUT = HERE / "hugging-face"
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] 春 溪 热 发 头 痛 雾 角 膜 炎 清 片 治 疗 患 者 出 现 fever ##s 。 ，".split()
IDS = [[2, 5, 6, 7, 21, 22, 8, 7, 25, 3], [2, 15, 6, 16, 17, 18, 3, 0, 0, 0]]
SEGMENTS = [[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [0] * 10]
MASK = [[1] * 10, [1] * 7 + [0] * 3]
TEXTS = ["春溪热患者出现发热。", "Fevers 头痛，xyz", "清溪片 治疗\u3000雾角膜炎"]


def build() -> BertForPreTraining:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    model = BertForPreTraining(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            fill(name, parameter)
    return model


def numbers(tensor: torch.Tensor) -> list:
    return [rounded(value) for value in tensor.reshape(-1)]


def legacy(name: str) -> str:
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    model = build()
    model.save_pretrained(OUT)  # model.safetensors, config.json
    (OUT / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    state = model.state_dict()
    # What transformers 4 saved: tied weights are there twice, in one storage.
    torch.save(state, OUT / "pytorch_model.bin")
    old = {legacy(name): tensor for name, tensor in state.items()}
    torch.save(old, OUT / "legacy.bin", _use_new_zipfile_serialization=False)
    # Without heads and prefix, in half precision, with strides that are not row-major and one storage for several tensors.
    bare = model.bert.state_dict()
    bare = {name: tensor.half() for name, tensor in bare.items()}
    bare["encoder.layer.0.intermediate.dense.weight"] = bare["encoder.layer.0.intermediate.dense.weight"].T.contiguous().T
    both = torch.cat([bare["encoder.layer.0.output.dense.bias"], bare["encoder.layer.1.output.dense.bias"]])
    bare["encoder.layer.0.output.dense.bias"], bare["encoder.layer.1.output.dense.bias"] = both[:16], both[16:]
    torch.save(bare, OUT / "half.bin")
    bfloat = {name: tensor.bfloat16() for name, tensor in model.bert.state_dict().items()}
    torch.save(bfloat, OUT / "bfloat.bin", _use_new_zipfile_serialization=False)
    names = list(bare)
    index = {}
    for part, chosen in enumerate((names[:20], names[20:]), start=1):
        file = f"model-{part:05d}-of-00002.safetensors"
        save_file({name: bare[name].contiguous() for name in chosen}, OUT / file, metadata={"format": "pt"})
        index.update({name: file for name in chosen})
    (OUT / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}) + "\n")
    batch = dict(
        input_ids=torch.tensor(IDS), token_type_ids=torch.tensor(SEGMENTS), attention_mask=torch.tensor(MASK)
    )
    with torch.no_grad():
        inner = model.bert(**batch, output_hidden_states=True)
        outer = model(**batch)
    tokenizer = BertTokenizerFast(str(OUT / "vocab.txt"))
    case = {
        "batch": {"inputIds": IDS, "segmentIds": SEGMENTS, "attentionMask": MASK},
        "hidden": [numbers(layer) for layer in inner.hidden_states],
        "pooled": numbers(inner.pooler_output),
        "predictionLogits": numbers(outer.prediction_logits),
        "orderLogits": numbers(outer.seq_relationship_logits),
        "bias": numbers(state["bert.encoder.layer.1.output.dense.bias"]),
        "texts": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS],
    }
    (HERE / "hugging-face.json").write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
