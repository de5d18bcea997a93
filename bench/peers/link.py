"""Leftmost-longest matching by ahocorasick_rs, as bench/link.mjs does.

The first line names two files: patterns (a JSON list) and text. Then each line is answered with one JSON line:
`version`, or `run`, which matches the whole text once: {ms, found}.
"""
import importlib.metadata
import json
import sys
import time
from pathlib import Path

import ahocorasick_rs

files = json.loads(sys.stdin.readline())
patterns = json.loads(Path(files["patterns"]).read_text(encoding="utf-8"))
text = Path(files["text"]).read_text(encoding="utf-8")
automaton = ahocorasick_rs.AhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
automaton.find_matches_as_indexes(text)
for line in sys.stdin:
    if line.strip() == "version":
        print(json.dumps({"version": importlib.metadata.version("ahocorasick_rs")}), flush=True)
        continue
    start = time.perf_counter()
    found = len(automaton.find_matches_as_indexes(text))
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "found": found}), flush=True)
