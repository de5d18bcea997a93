"""Makes word-piece.json: what Hugging Face's tokenizer gives for the corpus and for hand-made cases.

Usage: python word_piece.py ../../../shared/data/text/chineseblue > word-piece.json
Needs: tokenizers. Per 1,000 lines: pieces and an FNV-1a hash of (id, start, end) as 32-bit words, offsets in UTF-16 units.
"""
import gzip
import itertools
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, __version__, models, normalizers, pre_tokenizers

CASES = [
    "维生素B12缺乏，ACTH 与 CT。",
    "Café naïve ÅNGSTRÖM e\u0301a",
    "a\u0000b \u200bc\ufeffd\u00ade",
    "𠮷野家 😀x𝒜y",
    "İstanbul ΣΑΣ ß",
    "한국어 ガギ ＡＢＣ１２３",
    "!?,.。《》—…\u00b7\u2028x\u0085y\tz\r\nw",
    "x" * 100 + " " + "x" * 101 + " " + "é" * 100,
    "\u226e \u037e \u1fef \uf900 \U0002f800",
    "[MASK] [UNK] unaffable 1234567890 COVID-19",
    "\u0301\u0302 \u0301a",
    "क्षत्रिय ไทย العربية",
    "",
]


def build(folder: Path, lower: bool) -> Tokenizer:
    vocabulary = models.WordPiece.read_file(str(folder / "vocab.txt"))
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> list[tuple[int, int, int]]:
    units = list(itertools.accumulate((2 if ord(c) > 0xFFFF else 1 for c in text), initial=0))
    encoding = tokenizer.encode(text)
    return [(i, units[a], units[b]) for i, (a, b) in zip(encoding.ids, encoding.offsets)]


def chunk_record(tokenizer: Tokenizer, lines: list[str]) -> list[int]:
    value, count = 0x811C9DC5, 0
    for line in lines:
        for triple in encode(tokenizer, line):
            count += 1
            for word in triple:
                value = ((value ^ word) * 0x01000193) & 0xFFFFFFFF
    return [count, value]


def main() -> None:
    folder = Path(sys.argv[1])
    tokenizer, cased = build(folder, True), build(folder, False)
    with gzip.open(folder / "corpus.txt.gz", "rt", encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n") for line in file]
    chunks = [chunk_record(tokenizer, lines[i : i + 1000]) for i in range(0, len(lines), 1000)]
    cases = [{"text": t, "lower": encode(tokenizer, t), "cased": encode(cased, t)} for t in CASES]
    json.dump({"tokenizers": __version__, "lines": len(lines), "chunks": chunks, "cases": cases}, sys.stdout)
    print()


main()
