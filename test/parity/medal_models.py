"""MeDAL's three models re-made in PyTorch at small sizes, for medal-models.spec.ts: checkpoints in medal/ in every way in which
the reference writes them (state dict, dict with optimizer, names of DataParallel, whole module), and medal-models.json with
the logits at LOCATION of a few texts."""

import json
import pathlib

import torch
from torch import nn
from transformers import ElectraConfig, ElectraModel

HERE = pathlib.Path(__file__).parent
CLASSES, WIDTH, HIDDEN = 9, 5, 6
WORDS = "the a patient with CT scan of RA MI pain chest normal".split()
TEXTS = ["the CT scan of a patient", "chest pain with MI", "RA", "a patient with RA of the chest normal CT pain"]
LOCATIONS = [1, 3, 0, 3]
PIECES = "[PAD] [UNK] [CLS] [SEP] [MASK] the a pati ##ent with ct scan of ra mi pain ch ##est normal".split()


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(WIDTH, HIDDEN, num_layers=2, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * HIDDEN, CLASSES)

    def forward(self, x, location):
        return self.linear(self.rnn(x)[0][0, location])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.randn(2 * HIDDEN, 2 * HIDDEN) * 0.4)
        self.bias = nn.Parameter(torch.tensor([0.3]))
        self.norm = nn.LayerNorm(2 * HIDDEN)

    def forward(self, x):
        x = self.norm(x)
        return torch.softmax(torch.tanh(x @ self.W @ x.T + self.bias), -1) @ x


class LstmAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(WIDTH, HIDDEN, num_layers=1, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(2 * HIDDEN)
        self.attentions = nn.ModuleList([Attention(), Attention()])
        self.output = nn.Linear(2 * HIDDEN, CLASSES)

    def forward(self, x, location):
        x = self.rnn(x)[0][0]
        for attention in self.attentions:
            x = attention(self.norm(x))
        return self.output(x[location])


class Electra(nn.Module):
    def __init__(self):
        super().__init__()
        config = ElectraConfig(vocab_size=len(PIECES), embedding_size=12, hidden_size=64, num_hidden_layers=1,
                               num_attention_heads=1, intermediate_size=24, max_position_embeddings=24)
        self.electra = ElectraModel(config)
        self.output = nn.Linear(64, CLASSES)

    def forward(self, ids, place):
        return self.output(self.electra(ids).last_hidden_state[0, place])


def shaken(model):
    """Away from the values that initialisers give, so that no parameter can be forgotten."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.2 * torch.randn_like(parameter)
    return model.eval()


def pieces_of(word):
    for cut in range(len(word), 0, -1):
        rest = word[cut:]
        if word[:cut] in PIECES and (not rest or f"##{rest}" in PIECES):
            return [PIECES.index(word[:cut])] + ([PIECES.index(f"##{rest}")] if rest else [])
    raise ValueError(word)


def electra_input(text, location):
    ids, place = [PIECES.index("[CLS]")], -1
    for i, word in enumerate(text.lower().split()):
        if i == location:
            place = len(ids)
        ids += pieces_of(word)
    return torch.tensor([ids + [PIECES.index("[SEP]")]]), place


def main():
    torch.manual_seed(5)
    folder = HERE / "medal"
    folder.mkdir(exist_ok=True)
    vectors = torch.randn(len(WORDS), WIDTH)
    rows = [" ".join([word, *(f"{x:.6f}" for x in vector)]) for word, vector in zip(WORDS, vectors.tolist())]
    (folder / "words.vec").write_text(f"{len(WORDS)} {WIDTH}\n" + "\n".join(rows) + "\n")
    vectors = torch.tensor([[float(x) for x in row.split()[1:]] for row in rows])
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n")
    table = [f"A{i // 3}\tA{i // 3}:{i + 1}\tsense {i}" for i in range(CLASSES)]
    (folder / "abbreviations.txt").write_text("PREFERRED_AB\tVARIANT_AB\tEXPANSION\n" + "\n".join(table) + "\n")
    lstm, attention, electra = shaken(Lstm()), shaken(LstmAttention()), shaken(Electra().half().float())
    electra = electra.half().float()
    embed = lambda text: vectors[[WORDS.index(word) for word in text.split()]][None]
    cases = {
        "texts": TEXTS,
        "locations": LOCATIONS,
        "lstm": [lstm(embed(t), l).tolist() for t, l in zip(TEXTS, LOCATIONS)],
        "lstm-sa": [attention(embed(t), l).tolist() for t, l in zip(TEXTS, LOCATIONS)],
        "electra": [electra(*electra_input(t, l)).tolist() for t, l in zip(TEXTS, LOCATIONS)],
    }
    torch.save(lstm.state_dict(), folder / "lstm.pt")
    optimizer = torch.optim.Adam(attention.parameters())
    parallel = {f"module.{name}": value for name, value in attention.state_dict().items()}
    checkpoint = {"epoch": 3, "model_state_dict": parallel, "optimizer_state_dict": optimizer.state_dict(), "loss": 0.5}
    torch.save(checkpoint, folder / "lstm-sa.tar")
    torch.save({name: value.half() for name, value in electra.state_dict().items()}, folder / "electra.pt")
    torch.save(nn.Linear(2, 2), folder / "whole-module.pt")
    text = json.dumps(cases, default=float)
    (HERE / "medal-models.json").write_text(text + "\n")


if __name__ == "__main__":
    with torch.no_grad():
        main()
