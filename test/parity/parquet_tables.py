"""Small Parquet files as pyarrow writes them, with their rows, for the reader's tests: prints parquet-tables.json.

    python test/parity/parquet_tables.py > test/parity/parquet-tables.json

With a folder, writes the sample of kg-import/parquet-tables there instead.
"""

import base64
import datetime
import io
import json
import pathlib
import sys

import pyarrow
import pyarrow.parquet

ROWS = 40
COLUMNS = {
    "id": list(range(ROWS)),
    "name": [f"实体{i}" for i in range(ROWS)],
    "type": [["疾病", "症状", None][i % 3] for i in range(ROWS)],
    "score": [None if i % 5 == 0 else i / 8 for i in range(ROWS)],
    "flag": [None if i == 3 else i % 2 == 0 for i in range(ROWS)],
    "empty": pyarrow.array([None] * ROWS, pyarrow.string()),
    "day": [datetime.date(2020, 1, 1 + i % 28) for i in range(ROWS)],
    "__proto__": ["值"] * ROWS,
}
TABLE = pyarrow.table(COLUMNS)

CASES = {
    **{codec: {"compression": codec} for codec in ("none", "snappy", "gzip", "zstd", "brotli", "lz4")},
    "pages of version 2": {"data_page_version": "2.0", "compression": "zstd"},
    "no dictionary": {"use_dictionary": False, "compression": "none"},
    "small groups and pages": {"row_group_size": 7, "data_page_size": 32, "write_batch_size": 3},
    "delta": {
        "use_dictionary": False,
        "column_encoding": {"id": "DELTA_BINARY_PACKED", "name": "DELTA_LENGTH_BYTE_ARRAY", "score": "BYTE_STREAM_SPLIT"},
    },
}
REFUSED = {
    "delta byte array": (TABLE.select(["name"]), {"use_dictionary": False, "column_encoding": {"name": "DELTA_BYTE_ARRAY"}}),
}


def written(table, options):
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, **options)
    return base64.b64encode(sink.getvalue()).decode()


def cell(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


NODES = {
    "id": ["D1", "D2", "S1", "S2", "M1"],
    "label": ["春溪热", "雾角膜炎", "发热", "头痛", "清溪片"],
    "category": ["疾病", "疾病", "症状", "症状", None],
    "synonyms": ["溪热；春热", None, "体温升高", None, None],
    "code": pyarrow.array([101, 102, None, None, 9001], pyarrow.int64()),
}
EDGES = {
    "source": ["D1", "D1", "D1", "D2", "M1"],
    "predicate": ["有症状", "有症状", "并发症", "有症状", "治疗"],
    "target": ["S1", "S2", "D2", "S2", "D1"],
    "score": [0.75, 0.5, None, 0.25, 1.0],
}


def sample(folder):
    pyarrow.parquet.write_table(pyarrow.table(NODES), folder / "nodes.parquet", compression="zstd")
    pyarrow.parquet.write_table(pyarrow.table(EDGES), folder / "edges.parquet", row_group_size=3)


if __name__ == "__main__" and len(sys.argv) > 1:
    sample(pathlib.Path(sys.argv[1]))
elif __name__ == "__main__":
    nested = pyarrow.table({"id": ["a", "b"], "tags": [["x"], ["y", "z"]], "pair": [{"id": "1"}, {"id": "2"}]})
    result = {
        "columns": [{"name": name, "values": [cell(value) for value in TABLE[name].to_pylist()]} for name in COLUMNS],
        "read": [{"name": name, "file": written(TABLE, options)} for name, options in CASES.items()],
        "refused": [{"name": name, "file": written(*case)} for name, case in REFUSED.items()],
        "nested": written(nested, {}),
    }
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    print()
