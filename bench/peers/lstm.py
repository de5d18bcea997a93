"""A forward and backward pass of torch.nn.LSTM, all gradients, the inputs' too: the peer of bench/lstm.mjs.

Line protocol: the first line is {inputs, hidden, layers, threads, lengths, way}; way is `padded` (samples filled up with zeros to
the longest) or `packed` (pack_padded_sequence). Each line "step" is answered by the milliseconds of one pass, by the clock and of
processor time: {clock, processor}.
"""

import json
import sys
import time

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

settings = json.loads(sys.stdin.readline())
torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
lengths = torch.tensor(settings["lengths"])
lstm = torch.nn.LSTM(settings["inputs"], settings["hidden"], settings["layers"], batch_first=True, bidirectional=True)
rows = torch.randn(len(lengths), int(lengths.max()), settings["inputs"], requires_grad=True)
gradient = torch.randn(len(lengths), int(lengths.max()), 2 * settings["hidden"]) * 1e-3


def step() -> None:
    if settings["way"] == "padded":
        outputs = lstm(rows)[0]
    else:
        packed = pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
        outputs = pad_packed_sequence(lstm(packed)[0], batch_first=True)[0]
    outputs.backward(gradient)
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.add_(parameter.grad, alpha=-1e-6)
            parameter.grad = None
    rows.grad = None


for _ in sys.stdin:
    clock, processor = time.perf_counter(), time.process_time()
    step()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(json.dumps({"clock": clock * 1000, "processor": processor * 1000}), flush=True)
