"""The reference's preparation of pre-training samples re-created: jieba with the graph's names in its dictionary, words that
are names become mentions, BERT's tokenizer in Python word by word, 15 % of the tokens masked by whole words, padding to 512.

The first line names three files: segments and surfaces (JSON lists) and vocabulary. Then `run N` prepares the first N
segments: {ms, masked}.
"""

import json
import logging
import random
import sys
import time

import jieba
from transformers.models.bert.tokenization_bert_legacy import BertTokenizerLegacy

LENGTH = 512
RATE = 0.15
MOST_MASKED = 72

jieba.setLogLevel(logging.ERROR)
settings = json.loads(sys.stdin.readline())
with open(settings["segments"], encoding="utf-8") as file:
    segments = json.load(file)
with open(settings["surfaces"], encoding="utf-8") as file:
    surfaces = {surface: number for number, surface in enumerate(json.load(file))}
tokenizer = BertTokenizerLegacy(settings["vocabulary"], do_lower_case=True)
for surface in surfaces:
    jieba.add_word(surface, 1_000_000)
vocabulary = list(tokenizer.get_vocab())


def prepare(text, generator):
    words, tokens, mentions = [], [], []
    for word in jieba.cut(text):
        pieces = tokenizer.tokenize(word)
        if not pieces:
            continue
        if word in surfaces:
            mentions.append((surfaces[word], len(tokens), len(pieces)))
        words.append(list(range(len(tokens), len(tokens) + len(pieces))))
        tokens.extend(pieces)
    half = len(tokens) // 2
    swapped = generator.random() < 0.5
    order = list(range(half, len(tokens))) + list(range(half)) if swapped else list(range(len(tokens)))
    budget = max(1, min(MOST_MASKED, round(len(tokens) * RATE)))
    generator.shuffle(words)
    masked, labels = list(tokens), {}
    for word in words:
        if len(labels) + len(word) > budget:
            continue
        for index in word:
            labels[index] = tokens[index]
            draw = generator.random()
            if draw < 0.8:
                masked[index] = "[MASK]"
            elif draw < 0.9:
                masked[index] = generator.choice(vocabulary)
    ids = tokenizer.convert_tokens_to_ids(["[CLS]"] + [masked[index] for index in order] + ["[SEP]"])[:LENGTH]
    ids += [0] * (LENGTH - len(ids))
    targets = tokenizer.convert_tokens_to_ids(list(labels.values()))
    return ids, targets, mentions, swapped


for request in sys.stdin:
    count = int(request.split()[1])
    generator = random.Random(1)
    start = time.perf_counter()
    masked = sum(len(prepare(text, generator)[1]) for text in segments[:count])
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "masked": masked}), flush=True)
