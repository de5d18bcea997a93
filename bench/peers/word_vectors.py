"""fastText's own library on the model and the words of bench/word-vectors.mjs: one JSON line."""
import json
import resource
import sys
import time
from pathlib import Path

import fasttext

words = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
start = time.perf_counter()
model = fasttext.load_model(sys.argv[1])
opened = time.perf_counter()
total = 0.0
for word in words:
    total += float(model.get_word_vector(word)[0])
seconds = time.perf_counter() - opened
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = {"seconds": round(opened - start, 3), "wordsPerSecond": round(len(words) / seconds)}
print(json.dumps({**result, "megabytes": round(peak / 1024), "sum": total}))
