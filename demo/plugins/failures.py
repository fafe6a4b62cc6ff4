#!/usr/bin/env python3
"""Writes one line for each failed task: runner_plugins: [plugins/failures.py] in env/settings."""
import json
import os
import sys

with open(os.environ["RUNNER_ARTIFACT_DIR"] + "/failures", "w") as report:
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("event") in ("runner_on_failed", "runner_on_unreachable"):
            data = message["event_data"]
            print(f"{data['host']}: {data['task']}", file=report, flush=True)
