"""An exported model.onnx in Python's onnxruntime, beside transformers. Run by hand; docs/model-files.md keeps the numbers.

    python test/parity/onnx_serving.py FOLDER_OF_THE_MODEL FOLDER_OF_THE_EXPORT
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import BertModel

model_folder, folder = map(pathlib.Path, sys.argv[1:3])
path = folder / "model.onnx"
onnx.checker.check_model(str(path), full_check=True)
session = onnxruntime.InferenceSession(str(path))
model = BertModel.from_pretrained(model_folder).eval()
generator = np.random.default_rng(1)
worst = {}
for samples, tokens in ((1, 1), (2, 17), (5, min(32, model.config.max_position_embeddings))):
    shape = (samples, tokens)
    lengths = generator.integers(1, tokens + 1, samples)
    mask = (np.arange(tokens) < lengths[:, None]).astype(np.int64)
    feeds = {
        "input_ids": generator.integers(0, model.config.vocab_size, shape),
        "attention_mask": mask,
        "token_type_ids": generator.integers(0, 2, shape),
    }
    states, pooled = session.run(["last_hidden_state", "pooler_output"], feeds)
    with torch.no_grad():
        out = model(**{name: torch.tensor(value) for name, value in feeds.items()})
    real = mask.astype(bool)
    worst[f"{samples} x {tokens}"] = float(
        max(
            np.abs(states - out.last_hidden_state.numpy())[real].max(),
            np.abs(pooled - out.pooler_output.numpy()).max(),
        )
    )
print(json.dumps({"onnxruntime": onnxruntime.__version__, "largestDifference": worst}))
