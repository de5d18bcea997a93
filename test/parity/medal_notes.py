"""MeDAL's three models of whole notes re-made in PyTorch at small sizes, for medal-notes.spec.ts: weights in medal-notes/, and
medal-notes.json with logits, mean binary cross-entropy and gradients. Each note is read alone, so nothing here is padded."""

import json
import pathlib

import torch
from medal_models import HIDDEN, Attention, shaken
from safetensors.torch import save_file
from torch import nn
from transformers import ElectraConfig, ElectraModel

HERE = pathlib.Path(__file__).parent
WORDS, WIDTH, OUTPUTS = 20, 5, 3
NOTES = [[7, 3, 12, 5], [9], [4, 4, 18, 2, 11, 6, 19, 13, 8, 10, 15]]
TRUE = [[1], [], [0, 2]]


class Query(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.W = nn.Parameter(torch.randn(width, width) * 0.3)
        self.bias = nn.Parameter(torch.tensor([-0.4]))

    def forward(self, query, states):
        return torch.softmax(torch.tanh(query @ self.W @ states.T + self.bias), -1) @ states


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.Embedding(WORDS, WIDTH)
        self.rnn = nn.LSTM(WIDTH, HIDDEN, num_layers=2, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * HIDDEN, OUTPUTS)

    def forward(self, tokens):
        return self.linear(self.rnn(self.embeddings(tokens)[None])[0][0].max(0).values)


class LstmAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.Embedding(WORDS, WIDTH)
        self.rnn = nn.LSTM(WIDTH, HIDDEN, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(2 * HIDDEN)
        self.attentions = nn.ModuleList([Attention(), Attention()])
        self.cls_query = nn.Parameter(torch.randn(1, 2 * HIDDEN))
        self.cls_att = Query(2 * HIDDEN)
        self.output = nn.Linear(2 * HIDDEN, OUTPUTS)

    def forward(self, tokens):
        x = self.rnn(self.embeddings(tokens)[None])[0][0]
        for attention in self.attentions:
            x = attention(self.norm(x))
        return self.output(self.cls_att(self.cls_query, x))[0]


class Electra(nn.Module):
    def __init__(self):
        super().__init__()
        config = ElectraConfig(vocab_size=WORDS, embedding_size=8, hidden_size=16, num_hidden_layers=1,
                               num_attention_heads=2, intermediate_size=12, max_position_embeddings=16)
        self.electra = ElectraModel(config)
        self.cls_query = nn.Parameter(torch.randn(1, 16))
        self.cls_att = Query(16)
        self.output = nn.Linear(16, OUTPUTS)

    def forward(self, tokens):
        return self.output(self.cls_att(self.cls_query, self.electra(tokens[None]).last_hidden_state[0]))[0]


def case_of(model, folder):
    logits = torch.stack([model(torch.tensor(note)) for note in NOTES])
    labels = torch.tensor([[float(output in true) for output in range(OUTPUTS)] for true in TRUE])
    loss = nn.functional.binary_cross_entropy_with_logits(logits, labels)
    loss.backward()
    save_file({name: value.detach().contiguous() for name, value in model.named_parameters()}, folder)
    norms = {name: value.grad.norm().item() for name, value in model.named_parameters()}
    return {"logits": logits.tolist(), "loss": loss.item(), "gradientNorms": norms}


def main():
    torch.manual_seed(11)
    cases = {"notes": NOTES, "outputs": TRUE}
    for name, model in [("lstm", Lstm()), ("lstm-sa", LstmAttention()), ("electra", Electra())]:
        folder = HERE / "medal-notes" / name
        folder.mkdir(parents=True, exist_ok=True)
        cases[name] = case_of(shaken(model), folder / "model.safetensors")
    (HERE / "medal-notes.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
