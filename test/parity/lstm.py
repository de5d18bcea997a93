"""torch.nn.LSTM over packed sequences, three layers both ways and one layer one way, for src/engine/recurrent/lstm-stack.spec.ts:
outputs, gradients of the inputs and of all parameters for a random gradient of the outputs. Writes lstm.json beside this file.
"""

import json
import pathlib

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CASES = [
    {"name": "three layers both ways", "inputs": 5, "hidden": 6, "layers": 3, "both": True, "lengths": [4, 1, 7, 3]},
    {"name": "one layer one way", "inputs": 3, "hidden": 5, "layers": 1, "both": False, "lengths": [2, 5]},
    {"name": "one token", "inputs": 9, "hidden": 4, "layers": 2, "both": True, "lengths": [1]},
]


def main() -> None:
    torch.manual_seed(5)
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps([result(case) for case in CASES]) + "\n")


def result(case: dict) -> dict:
    lengths = torch.tensor(case["lengths"])
    options = {"num_layers": case["layers"], "bidirectional": case["both"], "batch_first": True}
    lstm = torch.nn.LSTM(case["inputs"], case["hidden"], **options)
    with torch.no_grad():
        # Larger than at the start of a training, so that gates saturate too.
        for parameter in lstm.parameters():
            parameter.mul_(3)
    rows = torch.randn(len(lengths), int(lengths.max()), case["inputs"], requires_grad=True)
    packed = pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
    outputs, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True)
    gradient = torch.randn_like(outputs)
    there = torch.arange(rows.shape[1])[None, :] < lengths[:, None]
    (outputs * gradient)[there].sum().backward()
    named = dict(lstm.named_parameters())
    return {
        **case,
        "rows": flat(rows[there]),
        "weights": {name: flat(value) for name, value in named.items()},
        "outputs": flat(outputs[there]),
        "gradient": flat(gradient[there]),
        "rowGradients": flat(rows.grad[there]),
        "weightGradients": {name: flat(value.grad) for name, value in named.items()},
    }


def flat(tensor: torch.Tensor) -> list[float]:
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


main()
