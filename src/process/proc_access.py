# What /proc says and what signals do, for a Deno program that may not look or signal itself.
import os
import signal
import sys


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


def list_processes(marker):
    for name in os.listdir("/proc"):
        if name.isdigit():
            stat = read("/proc/%s/stat" % name)
            environ = b"\0" + read("/proc/%s/environ" % name) if marker else b""
            if stat:
                yield b"%d" % (b"\0" + marker + b"\0" in environ) + stat


command, words = sys.argv[1], sys.argv[2:]
if command == "list":
    sys.stdout.buffer.write(b"\0".join(list_processes(os.fsencode(words[0]))))
elif command == "read":
    sys.stdout.buffer.write(read(words[0]))
elif command == "link":
    sys.stdout.write(os.readlink(words[0]))
elif command == "kill":
    os.kill(int(words[0]), getattr(signal, words[1]))
