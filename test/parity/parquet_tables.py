"""Small Parquet files as pyarrow writes them, with their rows, for the reader's tests: prints parquet-tables.json.

    python test/parity/parquet_tables.py > test/parity/parquet-tables.json
"""

import base64
import datetime
import io
import json
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


if __name__ == "__main__":
    nested = pyarrow.table({"id": ["a", "b"], "tags": [["x"], ["y", "z"]], "pair": [{"id": "1"}, {"id": "2"}]})
    result = {
        "columns": [{"name": name, "values": [cell(value) for value in TABLE[name].to_pylist()]} for name in COLUMNS],
        "read": [{"name": name, "file": written(TABLE, options)} for name, options in CASES.items()],
        "refused": [{"name": name, "file": written(*case)} for name, case in REFUSED.items()],
        "nested": written(nested, {}),
    }
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    print()
