# measure.py STDIN STDOUT TERM_AFTER COMMAND...: runs a command, and prints its CPU seconds with those of its
# children, its peak memory in MB, and the seconds it took; with TERM_AFTER seconds those after that signal.
# STDIN "-" is a pipe into which nothing is written.
import os
import resource
import signal
import subprocess
import sys
import time

stdin, stdout, term_after, command = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4:]
with open(stdout, "wb") as out:
    source = subprocess.PIPE if stdin == "-" else open(stdin, "rb")
    start = time.time()
    child = subprocess.Popen(command, stdin=source, stdout=out, stderr=subprocess.DEVNULL)
    if term_after:
        time.sleep(term_after)
        start = time.time()
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
    took = time.time() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write("%f %f %f\n" % (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, took))
