"""One SMedBERT training step in PyTorch float64: the reference numbers of smedbert.json.

Written from the paper (Zhang et al., ACL 2021, 2021.acl-long.457, equations 2-11 and 15-22), mention by mention and
target by target as the equations stand, with nothing batched that the paper does not batch. Dense weights have the
Hugging Face layout [out, in], y = x W^T + b; a transfer matrix is applied to row vectors, h_e M_r.

    python test/parity/smedbert.py            writes smedbert.json beside this file
    python test/parity/smedbert.py --check    compares the gradients with central differences, writes nothing

Legend: B samples, S positions, d1 hidden width, d2 width of the knowledge graph's vectors, K neighbours at most,
H2 knowledge heads, E entities, R relations, V vocabulary.
"""

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from smedbert_case import CONFIG, D1, D2, ENTITY_TYPES, H2, S, WEIGHT_FORMULA, formula_weights, make_batch, write_json

MASKED_OUT = -1e9
GRADIENT_SAMPLING = (
    "row-major; values holds all values where size <= 128, else the 64 values at flat indices i*7919 % size, "
    "i = 0..63; norm is the Euclidean norm and sum the sum over all values"
)


@dataclass(frozen=True)
class Ablation:
    type_attention: bool = True
    hybrid_attention: bool = True
    knowledge_losses: bool = True
    mean_type_vector: bool = False


class Step:
    """One forward pass; every intermediate that the JSON holds stays in `hidden`, `intermediate` and `losses`."""

    def __init__(self, weights, batch, mention_targets, ablation=Ablation()):
        self.w, self.batch, self.ablation = weights, batch, ablation
        self.hidden, self.intermediate, self.losses = {}, {}, {}
        final = self.encode()  # [B*S, d1]
        self.losses["mlm"] = self.masked_language_model(final)
        self.losses["sop"] = self.sentence_order(final)
        self.losses["total"] = self.losses["mlm"] + self.losses["sop"]
        if ablation.knowledge_losses:
            self.losses["mnem"] = self.mention_neighbour_modelling(final)
            self.losses["mmem"] = self.masked_mention_modelling(final, mention_targets)
            weighted = CONFIG["lambda1"] * self.losses["mnem"] + CONFIG["lambda2"] * self.losses["mmem"]
            self.losses["total"] = self.losses["total"] + weighted  # (22)

    def dense(self, name, x):
        return F.linear(x, self.w[f"{name}.weight"], self.w.get(f"{name}.bias"))

    def norm(self, name, x):
        scale, shift = self.w[f"{name}.LayerNorm.weight"], self.w[f"{name}.LayerNorm.bias"]
        return F.layer_norm(x, x.shape[-1:], scale, shift, CONFIG["layerNormEpsilon"])

    def encode(self):
        tokens, segments = torch.tensor(self.batch["tokenIds"]), torch.tensor(self.batch["segmentIds"])
        table = "bert.embeddings.{}_embeddings.weight".format
        h = self.w[table("word")][tokens] + self.w[table("position")][:S] + self.w[table("token_type")][segments]
        h = self.norm("bert.embeddings", h)  # [B, S, d1]
        self.hidden["embeddings"], self.hidden["layers"] = h, []
        for n in range(CONFIG["layers"]):
            h = self.encoder_layer(f"bert.encoder.layer.{n}", h)
            self.hidden["layers"].append(h)
            if n == CONFIG["infuseAfterLayer"]:
                if self.ablation.hybrid_attention:
                    h = self.infuse(h.reshape(-1, D1)).reshape(h.shape)
                self.hidden["infused"] = h
        self.hidden["final"] = h
        return h.reshape(-1, D1)

    def encoder_layer(self, name, h):
        heads, width = CONFIG["heads"], D1 // CONFIG["heads"]
        roles = (self.dense(f"{name}.attention.self.{role}", h) for role in ("query", "key", "value"))
        q, k, v = (x.reshape(*x.shape[:2], heads, width).transpose(1, 2) for x in roles)  # [B, heads, S, width]
        seen = torch.arange(S)[None] < torch.tensor(self.batch["lengths"])[:, None]  # [B, S]
        scores = q @ k.transpose(2, 3) / math.sqrt(width)  # [B, heads, S, S]
        attention = torch.softmax(scores.masked_fill(~seen[:, None, None], MASKED_OUT), -1)
        context = (attention @ v).transpose(1, 2).reshape(h.shape)
        h = self.norm(f"{name}.attention.output", h + self.dense(f"{name}.attention.output.dense", context))
        inner = F.gelu(self.dense(f"{name}.intermediate.dense", h))
        return self.norm(f"{name}.output", h + self.dense(f"{name}.output.dense", inner))

    def pool(self, name, rows):
        """f_sp, self-attentive pooling (Lin et al. 2017): rows [n, d1] -> [d1]."""
        return torch.softmax(self.dense(name, rows).squeeze(1), 0) @ rows

    def keep(self, name, value):
        self.intermediate.setdefault(name, []).append(value)
        return value

    def infuse(self, h):
        """Mention-neighbour hybrid attention (2)-(11): h [B*S, d1] -> h_f [B*S, d1]."""
        rows = list(h)
        for mention in self.batch["infusedMentions"]:
            span = h[mention["positions"]]  # [n, d1]
            pooled = self.pool("knowledge.span_pooling", span)
            h_m = self.norm("knowledge.mention", F.gelu(self.dense("knowledge.mention.dense", pooled)))  # (2) [d2]
            self.keep("mention", h_m)
            h_bar = self.keep("aggregate", self.neighbourhood(h_m, mention["neighbours"]))
            both = F.gelu(self.dense("knowledge.fusion.mention", torch.cat([h_bar, h_m])))  # (8) [2*d2]
            grafted = self.norm("knowledge.fusion", self.dense("knowledge.fusion.project", both))  # (9) [d1]
            self.keep("fusion", grafted)
            for position in mention["positions"]:
                gate = torch.tanh(self.dense("knowledge.gate", torch.cat([h[position], grafted])))  # (10)
                graft = F.gelu(self.dense("knowledge.infuse", torch.cat([h[position], gate * grafted])))
                rows[position] = graft + h[position]  # (11)
        return torch.stack(rows)

    def neighbourhood(self, h_m, neighbours):
        """(3)-(7): the mention h_m [d2] and its entities' vectors -> h-bar [d2]."""
        h_e = self.w["knowledge.entity_embeddings.weight"][neighbours]  # [k, d2], k <= K
        a = self.type_attention(h_m, h_e, [ENTITY_TYPES[e] for e in neighbours])  # [k]
        roles = dict(query=h_m[None], key=h_e, value=h_e)
        roles = (self.dense(f"knowledge.node_attention.{role}", x) for role, x in roles.items())
        q, k, v = (x.reshape(-1, H2, D2 // H2).transpose(0, 1) for x in roles)  # [H2, 1 or k, d2/H2]
        scores = (q @ k.transpose(1, 2)).squeeze(1) / math.sqrt(D2 // H2) * a  # (4) [H2, k]
        missing = CONFIG["neighbours"] - len(neighbours)
        b = torch.softmax(F.pad(scores, (0, missing), value=MASKED_OUT), 1)  # (5) [H2, K]
        self.keep("nodeAttention", b)
        u = (b[:, None, : len(neighbours)] @ v).reshape(D2)  # (6), the heads side by side
        inner = F.gelu(self.dense("knowledge.aggregate.inner", u))
        return self.norm("knowledge.aggregate", u + self.dense("knowledge.aggregate.outer", inner))  # (7)

    def type_attention(self, h_m, h_e, types):
        """(3): the weight of each neighbour's type, a softmax over the distinct types present -> [k]."""
        present = sorted(set(types))
        if not self.ablation.type_attention:
            return torch.ones(len(types))
        scores = []
        for kind in present:
            members = h_e[[i for i, other in enumerate(types) if other == kind]]
            h_tau = members.mean(0) if self.ablation.mean_type_vector else members.sum(0)
            mixed = self.dense("knowledge.type_attention.mention", h_m)
            mixed = torch.tanh(mixed + self.dense("knowledge.type_attention.type", h_tau))
            scores.append(self.dense("knowledge.type_attention.score", mixed))
        a = torch.softmax(torch.cat(scores), 0)
        self.keep("typeAttention", dict(types=present, weights=a))
        return a[[present.index(kind) for kind in types]]

    def masked_language_model(self, final):
        h = F.gelu(self.dense("cls.predictions.transform.dense", final[self.batch["maskedPositions"]]))
        h = self.norm("cls.predictions.transform", h)
        logits = h @ self.w["bert.embeddings.word_embeddings.weight"].T + self.w["cls.predictions.bias"]
        self.intermediate["mlmLogits"] = logits  # [masked, V]
        return F.cross_entropy(logits, torch.tensor(self.batch["maskedLabels"]))

    def sentence_order(self, final):
        pooled = torch.tanh(self.dense("bert.pooler.dense", final[::S]))  # [CLS] of each sample, [B, d1]
        logits = self.dense("cls.seq_relationship", pooled)
        self.intermediate.update(pooled=pooled, sopLogits=logits)
        return F.cross_entropy(logits, torch.tensor(self.batch["sopLabels"]))

    def objective_mention(self, rows):
        """h_mf = LN(GELU(f_sp(rows) W_sa)): rows [n, d1] -> [d2]."""
        pooled = self.pool("knowledge.objective.span_pooling", rows)
        return self.norm("knowledge.objective", F.gelu(self.dense("knowledge.objective.mention", pooled)))

    def masked_mention_modelling(self, final, mention_targets):
        """(20)(21): mean squared error between each masked mention and its target Y_m [d2]."""
        losses = []
        for mention, y in zip(self.batch["infusedMentions"], mention_targets):
            h_mf = self.keep("maskedMention", self.objective_mention(final[mention["positions"]]))
            losses.append((h_mf - y).square().mean())
        return torch.stack(losses).mean()

    def mention_neighbour_modelling(self, final):
        """(16): sampled softmax over the true neighbour and its group's negatives, mean over the targets."""
        entities, relations = (self.w[f"knowledge.{kind}_embeddings.weight"] for kind in ("entity", "relation"))
        mentions = [self.objective_mention(final[m["positions"]]) for m in self.batch["mnemMentions"]]
        self.intermediate["unmaskedMention"] = mentions
        scores = [None] * len(self.batch["targets"])
        for group in self.batch["groups"]:
            transfer = self.w["knowledge.transfer_matrices.weight"][group["relation"]].reshape(D2, D2)
            for index in group["targetIndices"]:
                target = self.batch["targets"][index]
                p = mentions[target["mention"]] @ transfer + group["direction"] * relations[group["relation"]]
                row = []
                for place, (entity, log_q) in enumerate(candidates(target, group)):
                    e = entities[entity] @ transfer
                    score = CONFIG["mu"] * (p @ e) / (length(p) * length(e)) - log_q
                    hit = place > 0 and entity == target["entity"]
                    row.append(torch.tensor(MASKED_OUT) if hit else score)
                scores[index] = torch.stack(row)
        self.intermediate["mnemScores"] = scores  # [targets, 1 + negatives]
        return torch.stack([-torch.log_softmax(row, 0)[0] for row in scores]).mean()


def candidates(target, group):
    return [(target["entity"], target["logQ"]), *zip(group["negatives"], group["negativeLogQ"])]


def length(x):
    return torch.sqrt(x.square().sum() + 1e-12)


def frozen_mention_targets(weights, batch):
    """Y_m (20) of each masked mention from the frozen token rows; constants, so the gradient ends here."""
    step = Step.__new__(Step)
    step.w = {name: value.detach() for name, value in weights.items()}
    rows = step.w["bert.embeddings.word_embeddings.weight"]
    return [step.objective_mention(rows[mention["trueTokenIds"]]) for mention in batch["infusedMentions"]]


def sampled(gradient):
    flat, size = gradient.flatten(), gradient.numel()
    index = torch.arange(size) if size <= 128 else torch.arange(64) * 7919 % size
    return dict(shape=list(gradient.shape), norm=flat.norm(), sum=flat.sum(), values=flat[index])


def without_padding(h):
    """Rows at padded positions take part in no loss and are stored as zeros."""
    rows = torch.arange(S)[None] < torch.tensor(make_batch()["lengths"])[:, None]
    return h * rows[:, :, None]


def gradients_of(loss, weights):
    grads = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    return {n: torch.zeros_like(w) if g is None else g for (n, w), g in zip(weights.items(), grads)}


def gradient_norm(gradients):
    return torch.cat([g.flatten() for g in gradients.values()]).norm()


ABLATIONS = dict(
    noTypeAttention=Ablation(type_attention=False),
    noHybridAttention=Ablation(hybrid_attention=False),
    noKnowledgeLosses=Ablation(knowledge_losses=False),
    plainBert=Ablation(hybrid_attention=False, knowledge_losses=False),
    meanTypeVector=Ablation(mean_type_vector=True),
)


def reference():
    weights, batch = formula_weights(), make_batch()
    y = frozen_mention_targets(weights, batch)
    step = Step(weights, batch, y)
    gradients = gradients_of(step.losses["total"], weights)
    ablations = {}
    for name, ablation in ABLATIONS.items():
        losses = Step(weights, batch, y, ablation).losses
        ablations[name] = {**losses, "gradientNorm": gradient_norm(gradients_of(losses["total"], weights))}
    hidden = {name: h if name == "layers" else without_padding(h) for name, h in step.hidden.items()}
    hidden["layers"] = [without_padding(h) for h in hidden["layers"]]
    return dict(
        weightFormula=WEIGHT_FORMULA,
        weightHeads={name: value.detach().flatten()[:3] for name, value in weights.items()},
        gradientSampling=GRADIENT_SAMPLING,
        config=CONFIG,
        batch=batch,
        hidden=hidden,
        intermediate={**step.intermediate, "mentionTarget": y},
        losses=step.losses,
        gradientNorm=gradient_norm(gradients),
        gradients={name: sampled(gradient) for name, gradient in gradients.items()},
        ablations=ablations,
    )


def check(entries=6, h=1e-5):
    """Gradients against central differences, at `entries` values of every parameter, for the model and each ablation.

    The error is absolute for gradients below 1 and relative above.
    """
    weights, batch = formula_weights(), make_batch()
    y = frozen_mention_targets(weights, batch)
    for label, ablation in dict(full=Ablation(), **ABLATIONS).items():
        gradients = gradients_of(Step(weights, batch, y, ablation).losses["total"], weights)
        worst, where = 0.0, ""
        for name, value in weights.items():
            order = gradients[name].abs().flatten().argsort(descending=True)  # the largest ones and the smallest one
            for i in [*order[: entries - 1].tolist(), int(order[-1])]:
                difference = 0.0
                for sign in (1, -1):
                    moved = value.detach().clone()
                    moved.view(-1)[i] += sign * h
                    with torch.no_grad():
                        loss = Step({**weights, name: moved}, batch, y, ablation).losses["total"]
                    difference += sign * loss.item() / (2 * h)
                analytic = gradients[name].flatten()[i].item()
                error = abs(difference - analytic) / max(1, abs(analytic))
                if error > worst:
                    worst, where = error, f"{name}[{i}]"
        print(f"{label}: {worst:.1e} at {where}")
        assert worst < 1e-7, "gradient and central difference disagree"


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        write_json(Path(__file__).with_suffix(".json"), reference())
