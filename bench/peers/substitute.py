"""Reverse substitution in Python, twice: as the reference works, which looks for each expansion in each text before it goes
through the words, and with the automaton of pyahocorasick, which finds all of them in one pass.

The first line names two files: expansions (JSON, [cleaned expansion, abbreviation]) and texts (JSON, for each program a list
of [id, text]). Then `reference` or `automaton` works through its texts: {ms, samples}.
"""

import json
import random
import re
import sys
import time

import ahocorasick

PROBABILITY = 0.15
NOT_LETTERS = re.compile(r"[^\w\s]|[\d_]")
settings = json.loads(sys.stdin.readline())
with open(settings["expansions"], encoding="utf-8") as file:
    abbreviations = dict(json.load(file))
with open(settings["texts"], encoding="utf-8") as file:
    texts = json.load(file)

automaton = ahocorasick.Automaton()
for expansion in abbreviations:
    automaton.add_word(f" {expansion} ", expansion)
automaton.make_automaton()


def clean(text):
    return NOT_LETTERS.sub("", text.lower()).split()


def replace(words, candidates, generator):
    """Goes through the words; `candidates` has the expansions that begin at a word, or with it."""
    output, samples, at = [], [], 0
    while at < len(words):
        for expansion, length in candidates(at, words[at]):
            if generator.random() < PROBABILITY:
                samples.append((len(output), expansion))
                output.append(abbreviations[expansion])
                at += length
                break
        else:
            output.append(words[at])
            at += 1
    return " ".join(output), samples


def reference(text, generator):
    words = clean(text)
    joined = " ".join(words)
    found = {}
    for expansion in abbreviations:
        if expansion in joined:
            parts = expansion.split()
            found.setdefault(parts[0], []).append((expansion, parts))
    for group in found.values():
        group.sort(key=lambda entry: -len(entry[1]))

    def candidates(at, word):
        for expansion, parts in found.get(word, ()):
            if words[at : at + len(parts)] == parts:
                yield expansion, len(parts)

    return replace(words, candidates, generator)


def with_automaton(text, generator):
    words = clean(text)
    place_of, position = {}, 0
    for at, word in enumerate(words):
        place_of[position] = at
        position += len(word) + 1
    found = {}
    for end, expansion in automaton.iter(f" {' '.join(words)} "):
        start = place_of[end - len(expansion) - 1]
        found.setdefault(start, []).append((expansion, expansion.count(" ") + 1))
    for group in found.values():
        group.reverse()
    return replace(words, lambda at, _: found.get(at, ()), generator)


PROGRAMS = {"reference": reference, "automaton": with_automaton}
for request in sys.stdin:
    name = request.strip()
    generator = random.Random(1)
    start = time.perf_counter()
    samples = sum(len(PROGRAMS[name](text, generator)[1]) for _, text in texts[name])
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "samples": samples}), flush=True)
