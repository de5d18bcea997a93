"""The sample of kg-import/smedbert-reference, as a user of the reference repository would have made it.

    python test/parity/reference_files.py kg-import/smedbert-reference
"""

import collections
import json
import pathlib
import pickle
import sys

TRIPLES = [
    ("春溪热", "有症状", "发热"),
    ("春溪热", "有症状", "头痛"),
    ("春溪热", "并发症", "雾角膜炎"),
    ("雾角膜炎", "有症状", "头痛"),
    ("清溪片", "治疗", "春溪热"),
]
TYPES = {"春溪热": "疾病", "雾角膜炎": "疾病", "发热": "症状", "头痛": "症状", "清溪片": "药品"}


WIDTH = 4


def id_list(names):
    return f"{len(names)}\n" + "".join(f"{name}\t{number}\n" for number, name in enumerate(names))


def table(rows, columns, scale):
    """A row of padding, then rows that differ in every number."""
    values = [[round(scale * (r * columns + c + 1) % 1.9 - 0.9, 3) for c in range(columns)] for r in range(rows)]
    return [[0.0] * columns] + values


def vectors(entities, relations):
    return {
        "ent_embeddings.weight": table(entities, WIDTH, 0.37),
        "rel_embeddings.weight": table(relations, WIDTH, 0.53),
        "transfer_matrix.weight": table(relations, WIDTH * WIDTH, 0.29),
    }


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    outgoing, incoming = collections.defaultdict(list), {}
    for head, relation, tail in TRIPLES:
        outgoing[head].append((relation, tail))
        incoming.setdefault(tail, []).append((relation, head))
    # Protocols as Python 3.6 and 3.8 choose them, and the class that many scripts leave in.
    (folder / "ent2outRel.pkl").write_bytes(pickle.dumps(outgoing, 3))
    (folder / "ent2inRel.pkl").write_bytes(pickle.dumps(incoming, 4))
    (folder / "type_set.pkl").write_bytes(pickle.dumps(TYPES, 4))
    (folder / "entity2id.txt").write_text(id_list(list(TYPES)), encoding="utf-8")
    (folder / "relation2id.txt").write_text(id_list(["有症状", "并发症", "治疗"]), encoding="utf-8")
    weights = dict(zip(TYPES, (0.2, 0.2, 0.2, 0.3, 0.1)))
    (folder / "global_PageRank.json").write_text(json.dumps(weights, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    # OpenKE's parameters with the row of padding that the repository puts before the first.
    (folder / "transr_transr.json").write_text(json.dumps(vectors(len(TYPES), 3)) + "\n", encoding="utf-8")
