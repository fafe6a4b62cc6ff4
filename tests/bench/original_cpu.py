# Runs the Python ansible-runner in this process and prints its own wall and CPU seconds, children left out.
import resource
import sys
import time

import ansible_runner

start = time.time()
before = resource.getrusage(resource.RUSAGE_SELF)
runner = ansible_runner.run(private_data_dir=sys.argv[1], binary=sys.argv[2], playbook="x", ident="bench", quiet=True)
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
sys.stderr.write("%f %f %d\n" % (time.time() - start, cpu, runner.rc))
