#!/usr/bin/python3
import json
import sys

text = open(sys.argv[1]).read() if len(sys.argv) > 1 else ""
values = {"changed": False, "big": 123456789012345678901234567890, "edge": 9007199254740993, "one": 1.0,
          "small": 1e-05, "large": 1e22, "negative": -0.0, "third": 1 / 3, "int": 5, "key": {"10": 1, "9": 2, "a": 3}}
if "odd" in text:
    values.update(nan=float("nan"), infinity=float("inf"), minus=float("-inf"))
print(json.dumps(values))
