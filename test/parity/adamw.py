"""PyTorch's AdamW over a few steps, for src/nn/optimizers/adamw.spec.ts. Writes adamw.json beside this file."""

import json
import pathlib

import torch

STEPS = 6
RATE, DECAY, CLIP = 3e-3, 0.05, 2.0


def main() -> None:
    torch.manual_seed(11)
    decayed = torch.nn.Parameter(torch.randn(5, 3))
    exempt = torch.nn.Parameter(torch.randn(7))
    case = {"rate": RATE, "weightDecay": DECAY, "clipNorm": CLIP}
    case["initial"] = {"decayed": flat(decayed), "exempt": flat(exempt)}
    groups = [{"params": [decayed], "weight_decay": DECAY}, {"params": [exempt], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    case["steps"] = []
    for step in range(STEPS):
        # From tiny to large, so that epsilon and clipping both matter.
        for parameter in (decayed, exempt):
            parameter.grad = torch.randn_like(parameter) * 10.0 ** (step - 4)
        gradients = {"decayed": flat(decayed.grad), "exempt": flat(exempt.grad)}
        norm = float(torch.nn.utils.clip_grad_norm_([decayed, exempt], CLIP))
        optimizer.step()
        values = {"decayed": flat(decayed), "exempt": flat(exempt)}
        case["steps"].append({"gradients": gradients, "norm": norm, "values": values})
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(case) + "\n")


def flat(tensor: torch.Tensor) -> list[float]:
    return tensor.detach().reshape(-1).tolist()


main()
