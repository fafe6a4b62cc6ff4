# Copyright the contributors. SPDX-License-Identifier: Apache-2.0
"""Lets Python's collector of cycles run less often in the program that is started with us on PYTHONPATH, and only there.

Python imports this before the program. It collects all along Ansible's imports, and finds next to nothing; and after
each fork it writes to the pages that the worker shares with its parent. Nothing of ours is seen by the program or by
what it starts: PYTHONPATH and sys.path are as the user left them, and so is the user's sitecustomize.
"""
import gc
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
sys.path_importer_cache.pop(here, None)
paths = os.environ.get('PYTHONPATH', '').split(os.pathsep)
if here in paths:
    paths.remove(here)
    if paths:
        os.environ['PYTHONPATH'] = os.pathsep.join(paths)
    else:
        del os.environ['PYTHONPATH']

usual = gc.get_threshold()
gc.set_threshold(10000, usual[1], usual[2])


def before_fork():
    """From its first worker on Ansible collects as ever, but for what was there before."""
    global usual
    if usual:
        gc.freeze()
        gc.set_threshold(*usual)
        usual = None


try:
    # A worker that looked at what it shares with its parent would copy it.
    os.register_at_fork(before=before_fork, after_in_child=gc.freeze)
except AttributeError:  # Python before 3.7
    pass

# In our place; when there is none, the import fails, as it would have without us.
del sys.modules[__name__]
import sitecustomize
