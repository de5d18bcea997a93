"""Training steps of BERT in eager PyTorch, float32, fused AdamW, without dropout: the peer of bench/train-step.mjs.

Line protocol on stdin and stdout, so that both sides' steps interleave: the first line is a JSON object
{case, threads, layers, hidden, heads, inner, vocabulary, samples, tokens, masked, embedding}; each line "step" is answered by the
milliseconds that one step took.
Cases: `mini` and `base` compute logits at masked positions only; `...-huggingface` is transformers' BertForPreTraining,
which computes them at all positions; `base-layer` is one encoder layer with a squared loss; `electra-small` is ELECTRA's encoder over
narrower embeddings with the replaced-token loss over all tokens.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, d, heads, inner):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(d, d) for _ in range(4))
        self.inner, self.outer = nn.Linear(d, inner), nn.Linear(inner, d)
        self.attention_norm, self.output_norm = nn.LayerNorm(d, eps=1e-12), nn.LayerNorm(d, eps=1e-12)

    def forward(self, x, mask):  # x [B, S, d]
        b, s, d = x.shape

        def split(y):
            return y.view(b, s, self.heads, d // self.heads).transpose(1, 2)

        context = F.scaled_dot_product_attention(split(self.query(x)), split(self.key(x)), split(self.value(x)), mask)
        context = context.transpose(1, 2).reshape(b, s, d)
        x = self.attention_norm(x + self.output(context))
        return self.output_norm(x + self.outer(F.gelu(self.inner(x))))


class Bert(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, v = c["hidden"], c["vocabulary"]
        self.words, self.positions, self.kinds = nn.Embedding(v, d), nn.Embedding(512, d), nn.Embedding(2, d)
        self.norm = nn.LayerNorm(d, eps=1e-12)
        self.layers = nn.ModuleList(Layer(d, c["heads"], c["inner"]) for _ in range(c["layers"]))
        self.transform, self.transform_norm = nn.Linear(d, d), nn.LayerNorm(d, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(v))
        self.pooler, self.order = nn.Linear(d, d), nn.Linear(d, 2)
        # As BERT starts; with PyTorch's N(0, 1) softmax underflows, and denormal numbers slow its products down threefold.
        for table in (self.words, self.positions, self.kinds):
            nn.init.normal_(table.weight, std=0.02)

    def loss(self, batch):
        ids = batch["ids"]
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.kinds(batch["kinds"])
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, batch["mask"])
        masked = x.reshape(-1, x.shape[2])[batch["places"]]
        masked = self.transform_norm(F.gelu(self.transform(masked)))
        mlm = F.cross_entropy(F.linear(masked, self.words.weight, self.bias), batch["labels"])
        return mlm + F.cross_entropy(self.order(torch.tanh(self.pooler(x[:, 0]))), batch["order"])


class Electra(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, e = c["hidden"], c["embedding"]
        self.words, self.positions, self.kinds = nn.Embedding(c["vocabulary"], e), nn.Embedding(512, e), nn.Embedding(2, e)
        self.norm, self.project = nn.LayerNorm(e, eps=1e-12), nn.Linear(e, d)
        self.layers = nn.ModuleList(Layer(d, c["heads"], c["inner"]) for _ in range(c["layers"]))
        self.dense, self.prediction = nn.Linear(d, d), nn.Linear(d, 1)
        for table in (self.words, self.positions, self.kinds):
            nn.init.normal_(table.weight, std=0.02)

    def loss(self, batch):
        ids = batch["ids"]
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.kinds(batch["kinds"])
        x = self.project(self.norm(x))
        for layer in self.layers:
            x = layer(x, batch["mask"])
        scores = self.prediction(F.gelu(self.dense(x))).squeeze(-1)
        return F.binary_cross_entropy_with_logits(scores, batch["replaced"])


def make_electra_batch(c):
    b, s = c["samples"], c["tokens"]
    return {
        "ids": torch.randint(0, c["vocabulary"], (b, s)),
        "kinds": torch.zeros(b, s, dtype=torch.long),
        "mask": torch.zeros(b, 1, 1, s),
        "replaced": (torch.rand(b, s) < 0.1).float(),
    }


def make_batch(c):
    b, s, p = c["samples"], c["tokens"], c["masked"]
    ids = torch.randint(0, c["vocabulary"], (b, s))
    places = torch.randperm(b * s)[:p].sort().values
    kinds = (torch.arange(s) >= s // 2).long().expand(b, s).contiguous()
    labels = torch.randint(0, c["vocabulary"], (p,))
    return {
        "ids": ids,
        "kinds": kinds,
        "mask": torch.zeros(b, 1, 1, s),
        "places": places,
        "labels": labels,
        "order": torch.randint(0, 2, (b,)),
    }


def huggingface(c, batch):
    from transformers import BertConfig, BertForPreTraining

    config = BertConfig(
        vocab_size=c["vocabulary"],
        hidden_size=c["hidden"],
        num_hidden_layers=c["layers"],
        num_attention_heads=c["heads"],
        intermediate_size=c["inner"],
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertForPreTraining(config)
    labels = torch.full((c["samples"] * c["tokens"],), -100)
    labels[batch["places"]] = batch["labels"]
    inputs = {
        "input_ids": batch["ids"],
        "token_type_ids": batch["kinds"],
        "attention_mask": torch.ones_like(batch["ids"]),
        "labels": labels.view(c["samples"], c["tokens"]),
        "next_sentence_label": batch["order"],
    }
    return model, lambda: model(**inputs).loss


def base_layer(c):
    model = Layer(c["hidden"], c["heads"], c["inner"])
    x = torch.randn(c["samples"], c["tokens"], c["hidden"], requires_grad=True)
    mask = torch.zeros(c["samples"], 1, 1, c["tokens"])
    return model, lambda: (model(x, mask) - x).square().mean()


def build(c):
    if c["case"] == "base-layer":
        return base_layer(c)
    if c["case"] == "electra-small":
        model, batch = Electra(c), make_electra_batch(c)
        return model, lambda: model.loss(batch)
    batch = make_batch(c)
    if c["case"].endswith("huggingface"):
        return huggingface(c, batch)
    model = Bert(c)
    return model, lambda: model.loss(batch)


def main():
    c = json.loads(sys.stdin.readline())
    torch.set_num_threads(c["threads"])
    torch.manual_seed(1)
    model, loss = build(c)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, fused=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
        print(1000 * (time.perf_counter() - start), flush=True)


main()
