#!/usr/bin/python3 -IS
"""cost.py OUT PROGRAM ARG...: runs it and leaves wall seconds, CPU seconds of its whole tree, peak memory as JSON."""
import json
import os
import sys
import time

start = time.monotonic()
pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as f:
    json.dump({
        "wall": time.monotonic() - start,
        "cpu": used.ru_utime + used.ru_stime,
        "rssMb": used.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
    }, f)
