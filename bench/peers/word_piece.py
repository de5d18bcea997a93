"""Hugging Face's BERT tokenizer (Rust) over the lines of a corpus on one thread, as bench/tokenize.mjs does.

The first line names two files: corpus (gzipped text) and vocabulary. Then each line is answered with one JSON line:
`version`, or `run`, which encodes every line once, with offsets: {ms, pieces}.
"""
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import gzip
import json
import sys
import time

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

files = json.loads(sys.stdin.readline())
vocabulary = models.WordPiece.read_file(files["vocabulary"])
tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
with gzip.open(files["corpus"], "rt", encoding="utf-8", newline="\n") as file:
    lines = [line.rstrip("\n") for line in file]

for request in sys.stdin:
    if request.strip() == "version":
        print(json.dumps({"version": tokenizers.__version__}), flush=True)
        continue
    start = time.perf_counter()
    pieces = sum(len(encoding) for encoding in tokenizer.encode_batch(lines))
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "pieces": pieces}), flush=True)
