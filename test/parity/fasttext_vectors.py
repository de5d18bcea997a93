"""Vectors of fastText's own library, of known and unknown words, for fasttext-vectors.spec.ts.

Writes skipgram.bin, words-only.bin, supervised.bin and its compressed form into fasttext/, and fasttext-vectors.json.
"""

import json
import pathlib
import random
import tempfile

import fasttext

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "fasttext"
WORDS = [
    *("aspirin ibuprofen heart failure acute renal of the with a ct ra ibd x-ray 10mg naive").split(),
    *("naïve Ménière fièvre Übelkeit сердце βeta 高血压 阿司匹林 🫀 🫀s").split(),
]
UNKNOWN = ["aspirins", "Aspirin", "hearts", "b", "ß", "血", "高血", "unbekannte", "сердца", "naïveté", "<", "🫀🫀", "</s>", ""]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    draw = random.Random(3)
    lines = [" ".join(draw.choices(WORDS, k=8)) for _ in range(400)]
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder) / "corpus.txt"
        corpus.write_text("\n".join(lines) + "\n", encoding="utf-8")
        shared = {"dim": 4, "minCount": 1, "epoch": 3, "thread": 1, "verbose": 0, "lr": 0.5}
        with_grams = fasttext.train_unsupervised(str(corpus), bucket=200, minn=1, maxn=4, **shared)
        labelled = pathlib.Path(folder) / "labelled.txt"
        labelled.write_text("\n".join(f"__label__{at % 3} {line}" for at, line in enumerate(lines)) + "\n", encoding="utf-8")
        supervised = fasttext.train_supervised(str(labelled), bucket=260, minn=2, maxn=3, **shared)
        without = fasttext.train_unsupervised(str(corpus), model="cbow", minn=0, maxn=0, bucket=0, **shared)
    models = {"skipgram": with_grams, "words-only": without, "supervised": supervised}
    case = {name: record(model, f"{name}.bin") for name, model in models.items()}
    (HERE / "fasttext-vectors.json").write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")
    supervised.quantize()
    supervised.save_model(str(FOLDER / "compressed.ftz"))


def record(model: "fasttext.FastText._FastText", name: str) -> dict:
    model.save_model(str(FOLDER / name))
    words = [*model.get_words(), *UNKNOWN]
    return {"words": words, "vectors": [[float(x) for x in model.get_word_vector(word)] for word in words]}


main()
