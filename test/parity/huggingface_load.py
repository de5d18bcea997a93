"""Opens a folder of ours with transformers, and says what it finds. Run by hand; docs/model-files.md keeps the numbers.

    python test/parity/huggingface_load.py FOLDER [TEXTS]

FOLDER may be a run of smedbert.pretrain or smedbert.export, or what write-model-folder.mjs wrote; that one also has hidden.json,
which is compared. TEXTS: a text a line, cut by BertTokenizerFast; the ids are printed for word_piece's sake as a digest, and
compared with `TEXTS.ids` (ids a line, without special tokens) where that file exists.
"""

import json
import pathlib
import sys
import warnings

import torch
from transformers import AutoTokenizer, BertForPreTraining, BertModel, BertTokenizerFast

warnings.simplefilter("ignore")


def loading(model_class, folder):
    model, info = model_class.from_pretrained(folder, output_loading_info=True)
    own = [name for name in info["unexpected_keys"] if not name.startswith("knowledge.")]
    return model.eval(), {
        "missing": sorted(info["missing_keys"]),
        "mismatched": sorted(map(str, info["mismatched_keys"])),
        "unexpected": sorted(own),
        "unexpectedKnowledge": len(info["unexpected_keys"]) - len(own),
    }


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    model, report = loading(BertModel, folder)
    _, whole = loading(BertForPreTraining, folder)
    result = {"BertModel": report, "BertForPreTraining": whole}
    known = folder / "hidden.json"
    if known.exists():
        case = json.loads(known.read_text())
        mask = torch.tensor(case["attentionMask"])
        with torch.no_grad():
            out = model(
                input_ids=torch.tensor(case["inputIds"]),
                token_type_ids=torch.tensor(case["segmentIds"]),
                attention_mask=mask,
                output_hidden_states=True,
            )
        worst = 0.0
        for layer, hidden in enumerate(out.hidden_states):
            ours = torch.tensor(case["layers"][str(layer)]).view_as(hidden)
            worst = max(worst, float((hidden - ours)[mask.bool()].abs().max()))
        result["largestDifferenceOfHiddenStates"] = worst
    tokenizers = {"BertTokenizerFast": BertTokenizerFast, "AutoTokenizer": AutoTokenizer}
    for name, kind in tokenizers.items():
        tokenizer = kind.from_pretrained(folder)
        result[name] = {"class": type(tokenizer).__name__, "vocabulary": len(tokenizer)}
        if len(sys.argv) < 3:
            continue
        lines = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
        ids = [tokenizer(line, add_special_tokens=False)["input_ids"] for line in lines]
        result[name]["lines"] = len(lines)
        given = pathlib.Path(sys.argv[2] + ".ids")
        if given.exists():
            ours = [[int(value) for value in row.split()] for row in given.read_text().splitlines()]
            result[name]["equal"] = sum(a == b for a, b in zip(ids, ours, strict=True))
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
