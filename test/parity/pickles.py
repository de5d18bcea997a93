"""Pickles as Python writes them, for the reader, and as attackers write them, for its refusals: prints pickles.json.

    python test/parity/pickles.py > test/parity/pickles.json

With `--check FILE`, opens a pickle that the writer made and prints it as JSON, tuples as {"tuple": [...]}.
"""

import array
import base64
import builtins
import collections
import datetime
import decimal
import fractions
import functools
import json
import os
import pathlib
import pickle
import subprocess
import sys

import numpy


def encoded(data):
    return base64.b64encode(data).decode()


PLAIN = {
    "none": None,
    "true": True,
    "false": False,
    "small": 7,
    "negative": -129,
    "word": 65535,
    "thirty-two bits": -2147483648,
    "beyond 32 bits": 2**40,
    "beyond 64 bits": 2**80,
    "negative long": -(2**70),
    "float": 0.1,
    "whole float": 3.0,
    "empty text": "",
    "chinese": "高血压",
    "beyond the plane": "𠮷 \\u4e2d \n\t'\"",
    "long text": "药" * 300,
    "bytes": b"\x00\xff",
    "bytearray": bytearray(b"ab"),
    "list": [1, [2, []], ()],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "dict": {"a": 1, "__proto__": {"constructor": None}, 3: "b"},
    "set": {1},
    "frozenset": frozenset(["x"]),
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "default": collections.defaultdict(list, {"高血压": [("症状", "头痛")]}),
    "neighbours": {"高血压": [("症状", "头痛"), ("就诊科室", "心内科")], "糖尿病": [("症状", "头痛")]},
    "long list": list(range(2500)),
    "numpy scalars": [numpy.float64(0.5), numpy.float32(0.25), numpy.int64(-3), numpy.int32(9), numpy.uint8(200), numpy.bool_(True)],
}


def plain_json(value):
    if isinstance(value, (bool, type(None), str)):
        return value
    if isinstance(value, numpy.generic):
        return plain_json(value.item())
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": encoded(bytes(value))}
    if isinstance(value, dict):
        return {"dict": [[plain_json(k), plain_json(v)] for k, v in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"set": [plain_json(item) for item in value]}
    return [plain_json(item) for item in value]


class Calls:
    """An object that, opened by pickle.load, would call something."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


class Stated:
    def __init__(self):
        self.x = 1


EVIL = {
    "os.system": Calls(os.system, "true"),
    "os.popen": Calls(os.popen, "true"),
    "builtins.eval": Calls(eval, "1"),
    "builtins.exec": Calls(exec, "1"),
    "builtins.getattr": Calls(getattr, "x", "upper"),
    "builtins.__import__": Calls(builtins.__import__, "os"),
    "builtins.compile": Calls(compile, "1", "f", "eval"),
    "builtins.open": Calls(open, "/etc/hostname"),
    "subprocess.Popen": Calls(subprocess.Popen, ["true"]),
    "subprocess.check_output": Calls(subprocess.check_output, ["true"]),
    "functools.partial": Calls(functools.partial, print),
    "pickle.loads": Calls(pickle.loads, b"N."),
    "numpy array": numpy.zeros(2),
    "numpy structured": numpy.dtype([("a", "f8")]),
    "array.array": array.array("i", [1]),
    "datetime": datetime.date(2020, 1, 1),
    "decimal": decimal.Decimal("1"),
    "fraction": fractions.Fraction(1, 2),
    "path": pathlib.PurePosixPath("/etc"),
    "own object": Stated(),
    "own class": Stated,
    "function": print,
    "complex": 1j,
    "in a list": ["高血压", Calls(os.system, "true")],
    "in a dict": {"高血压": [("症状", Calls(os.system, "true"))]},
    "as a key": {Calls(os.system, "true"): 1},
    "in an ordered dict": collections.OrderedDict([("a", Calls(os.system, "true"))]),
}


def fixtures():
    plain = [
        {"name": name, "protocol": protocol, "pickle": encoded(pickle.dumps(value, protocol)), "value": plain_json(value)}
        for name, value in PLAIN.items()
        for protocol in (range(6) if len(str(value)) < 2000 else (0, 2, 4))
    ]
    refused = [
        {"name": name, "protocol": protocol, "pickle": encoded(pickle.dumps(value, protocol))}
        for name, value in EVIL.items()
        for protocol in (0, 2, 4)
    ]
    return {"plain": plain, "refused": refused}


def opened(value):
    if isinstance(value, tuple):
        return {"tuple": [opened(item) for item in value]}
    if isinstance(value, list):
        return [opened(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[opened(k), opened(v)] for k, v in value.items()]}
    if isinstance(value, bytes):
        return {"bytes": encoded(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, set):
        return {"set": sorted(opened(item) for item in value)}
    return value


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--check":
        with open(sys.argv[2], "rb") as file:
            result = opened(pickle.load(file))
    else:
        result = fixtures()
    json.dump(result, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    print()
