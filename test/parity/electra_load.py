"""Opens a folder of `medal pretrain` with transformers, and says what it finds. Run by hand; docs/electra.md keeps the numbers.

    node test/parity/write-electra-hidden.mjs FOLDER hidden.json
    python test/parity/electra_load.py FOLDER [hidden.json]

hidden.json: samples, with what our engine computes for them with the discriminator's encoder and head.
"""

import json
import pathlib
import sys
import warnings

import torch
from transformers import AutoTokenizer, ElectraForMaskedLM, ElectraForPreTraining

warnings.simplefilter("ignore")


def loading(model_class, folder):
    model, info = model_class.from_pretrained(folder, output_loading_info=True)
    kinds = ("missing_keys", "unexpected_keys", "mismatched_keys")
    return model.eval(), {kind: sorted(map(str, info[kind])) for kind in kinds}


def differences(model, case) -> dict:
    mask = torch.tensor(case["attentionMask"])
    with torch.no_grad():
        output = model(
            input_ids=torch.tensor(case["inputIds"]),
            token_type_ids=torch.zeros_like(mask),
            attention_mask=mask,
            output_hidden_states=True,
        )
    worst = 0.0
    for layer, hidden in enumerate(output.hidden_states):
        ours = torch.tensor(case["layers"][str(layer)]).view_as(hidden)
        worst = max(worst, float((hidden - ours)[mask.bool()].abs().max()))
    scores = torch.tensor(case["scores"]).view_as(output.logits)
    return {"hiddenStates": worst, "scores": float((output.logits - scores)[mask.bool()].abs().max())}


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    model, report = loading(ElectraForPreTraining, folder)
    _, generator = loading(ElectraForMaskedLM, folder / "generator")
    result = {"ElectraForPreTraining": report, "ElectraForMaskedLM": generator}
    if len(sys.argv) > 2:
        result["largestDifferences"] = differences(model, json.loads(pathlib.Path(sys.argv[2]).read_text()))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    result["tokenizer"] = {"class": type(tokenizer).__name__, "vocabulary": len(tokenizer)}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
