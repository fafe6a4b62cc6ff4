# Copyright the contributors. SPDX-License-Identifier: Apache-2.0
"""Turns what happens inside Ansible into event bodies and markers.

Ansible loads this file as its stdout callback. It shows exactly what the callback that the user had chosen would show
(it is a subclass of that one), and beside it

* appends the body of each event as one line to the spool of the run, and
* puts an invisible marker before and after the event's text on the terminal.

The wire between this file and the program that started Ansible is described in ARCHITECTURE.md. Without a spool, or
when another process owns the events, nothing is recorded and only the display is left.

Rules for this file: one file, only Ansible and the standard library, syntax that every Python since 3.5 reads (no
f-strings), and no failure of ours may ever change what Ansible does.
"""
from __future__ import absolute_import, division, print_function

import binascii
import datetime
import functools
import json
import math
import multiprocessing
import os
import sys
import threading

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins import loader
from ansible.utils.display import Display

try:
    from collections.abc import Mapping, Sequence, Set
except ImportError:  # Python 2
    from collections import Mapping, Sequence, Set

__metaclass__ = type

AD_HOC = bool(os.environ.get('AD_HOC_COMMAND_ID'))
CENSORED = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
OWNER_VARIABLE = 'RUNNER_EVENTS_OWNER'
# The second name is that of this file where the first would find another plugin.
OUR_NAMES = ('awx_display', 'runner_awx_display')
FACT_ACTIONS = frozenset(
    prefix + name
    for prefix in ('', 'ansible.builtin.', 'ansible.legacy.')
    for name in ('setup', 'gather_facts')
)
# "runner_on_item_failed" is no event of Ansible, so that the items of a loop stay empty. Contract.
FAILED_EVENTS = frozenset(('runner_on_failed', 'runner_on_async_failed', 'runner_on_item_failed'))
# The first flag that is set names the event of a message. Contract: a system warning is a "warning".
FLAGS = ('debug', 'verbose', 'deprecated', 'warning', 'system_warning', 'error')
MAX_DEPTH = 200
LOCK_SECONDS = 30
SHOW_ARGS = bool(getattr(C, 'DISPLAY_ARGS_TO_STDOUT', False))

text_type = type(u'')
integer_types = (int, type(sys.maxsize + 1))  # the second is Python 2's long


# ---- JSON ------------------------------------------------------------------------------------------------------------


def as_text(value):
    """The text of any value, whatever its own conversion does."""
    if isinstance(value, (bytes, bytearray)):
        try:
            return bytes(value).decode('utf-8', 'surrogateescape')
        except Exception:  # Python 2 has no surrogateescape
            return bytes(value).decode('utf-8', 'replace')
    for convert in (text_type, repr):
        try:
            return convert(value)
        except Exception:
            continue
    return u'<%s>' % type(value).__name__


def replacement(value):
    """What stands in JSON for a value that the encoder does not know."""
    kind = type(value)
    # By type and not by attribute: an undefined variable of Ansible has every attribute.
    if getattr(kind, '__ENCRYPTED__', False) is True or kind.__name__ == 'EncryptedString':
        return {'__ansible_vault': as_text(value._ciphertext)}
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return as_text(value)
    if isinstance(value, Mapping):
        return dict(value.items())
    if isinstance(value, (Set, Sequence)):
        return list(value)
    if kind.__name__ == '_LazyValue':
        return value.value
    return as_text(value)


def safe_replacement(value):
    """The same, for the encoder: no surprise of a foreign class gets through."""
    try:
        return replacement(value)
    except Exception:
        return as_text(value)


_encode = json.JSONEncoder(default=safe_replacement, allow_nan=False).encode


def fast_encoder():
    """What `_encode` does, without making the encoder anew for each value; the same where Python has no such thing."""
    try:
        seen = {}
        chunks = json.encoder.c_make_encoder(
            seen, safe_replacement, json.encoder.encode_basestring_ascii, None, ': ', ', ', False, False, False)

        def encode(value):
            try:
                return ''.join(chunks(value, 0))
            except Exception:
                seen.clear()  # what it was in the middle of would pass for a cycle
                raise

        sample = {'a': [1, 2.5, None, True, u'\xe9'], 'b': {}}
        return encode if sys.version_info[0] > 2 and encode(sample) == _encode(sample) else _encode
    except Exception:
        return _encode


_encode = fast_encoder()


def plain(value, parents=()):
    """A copy that JSON can hold: for what the encoder refuses (NaN, odd keys, cycles, deep nesting)."""
    if value is None or isinstance(value, (bool, text_type)):
        return value
    if isinstance(value, integer_types):
        try:
            repr(value)
        except ValueError:  # Python refuses to print integers of thousands of digits
            return hex(value)
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return 'NaN'
        if math.isinf(value):
            return 'Infinity' if value > 0 else '-Infinity'
        return value
    if id(value) in parents or len(parents) > MAX_DEPTH:
        return '...'
    parents = parents + (id(value),)
    try:
        if isinstance(value, dict):
            return dict((plain_key(key), plain(item, parents)) for key, item in value.items())
        if isinstance(value, (list, tuple)):
            return [plain(item, parents) for item in value]
    except Exception:  # a foreign container that cannot be read
        return as_text(value)
    return plain(safe_replacement(value), parents)


def plain_key(key):
    """A key of a JSON object, written as the encoder writes keys."""
    if isinstance(key, text_type):
        return key
    if key is None or isinstance(key, (bool, float) + integer_types):
        return _encode(plain(key)).strip('"')
    return as_text(key)


def to_json(value):
    """JSON text, ASCII only, on one line; never fails for a reason that lies in the value."""
    try:
        return _encode(value)
    except Exception:
        return _encode(plain(value))


# ---- time and ids ----------------------------------------------------------------------------------------------------


if hasattr(datetime, 'timezone'):
    def utc_now():
        """The time in UTC, without zone."""
        return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
else:
    utc_now = datetime.datetime.utcnow


# Releases of the original before 2.4 wrote no zone.
ZONE = '' if os.environ.get('RUNNER_EVENT_TIMES') == 'naive' else '+00:00'


# The version and the variant of a uuid.
UUID_MASK, UUID_BITS = 0xf000 << 64 | 0xc000 << 48, 0x4000 << 64 | 0x8000 << 48


def iso(moment):
    """ISO 8601, always with microseconds."""
    text = moment.isoformat()
    return (text if len(text) > 19 else text + '.000000') + ZONE


def new_uuid():
    """A fresh id for an event: a random uuid of version 4, as the module uuid makes it at twice the cost."""
    digits = '%032x' % (int(binascii.hexlify(os.urandom(16)), 16) & ~UUID_MASK | UUID_BITS)
    return '%s-%s-%s-%s-%s' % (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])


def environment_int(name):
    """An integer of the environment, or None."""
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return None


# ---- the recorder ----------------------------------------------------------------------------------------------------


class Scope:
    """What an event happens in (a playbook, a play, a task): its id, and its fields as the start of an object."""

    def __init__(self, known, fields):
        self.uuid = known
        self.json = to_json(fields)[1:-1] + ', ' if fields else ''
        self.path = (fields or {}).get('task_path', '')


NOWHERE = Scope(None, None)


class Recorder:
    """Writes bodies to the spool and markers to the terminal. One per process that shows events."""

    def __init__(self, spool, token):
        self.spool = spool
        self.token = token
        self.count = 0
        self.torn = False
        self.main_pid = os.getpid()
        self.stdout = sys.stdout
        self.can_mark = {self.main_pid: True}
        self.lock = make_lock()
        self.thread = threading.local()
        self.omit_all = os.environ.get('RUNNER_OMIT_EVENTS') == 'True'
        self.only_failed = os.environ.get('RUNNER_ONLY_FAILED_EVENTS') == 'True'
        limit = environment_int('MAX_EVENT_RES')
        self.max_res = 700000 if limit is None else limit
        self.ids = ''
        for name in ('job_id', 'ad_hoc_command_id', 'project_update_id'):
            number = environment_int(name.upper())
            if number is not None:
                self.ids += '"%s": %d, ' % (name, number)
        # What is going on: the playbook, the play, the task.
        self.playbook = self.play = self.task = NOWHERE

    # -- one event

    def begin(self, event, own, event_uuid, stream, verbosity=None, task=None):
        """Leaves the body in the spool and the begin marker in the stream."""
        key = None
        try:
            self.count += 1
            pid = os.getpid()
            key = '%d.%d' % (pid, self.count)
            try:
                scopes = (self.playbook, self.play, task or self.task)
                body = self.body(event, own, event_uuid, pid, verbosity, scopes)
            except Exception:
                body = self.body(event, {}, event_uuid, pid, None, (NOWHERE,))
            self.write_line('%s %s %s\n' % (key, event_uuid, body))
        except Exception:
            pass
        try:
            if key:
                stream.write(u'\x1b]8473;%s;%s\x07' % (self.token, key))
        except Exception:
            pass

    def end(self, stream):
        """Leaves the end marker in the stream, and sends all off."""
        try:
            stream.write(u'\x1b]8473;%s\x07' % self.token)
            stream.flush()
        except Exception:
            pass

    def write_line(self, line):
        # A line that a full disk cut short must not swallow the next one.
        data = ('\n' + line if self.torn else line).encode('ascii')
        self.torn = False
        size = len(data)
        try:
            # Normally one write.
            while data:
                data = data[os.write(self.spool, data):]
        except Exception:
            self.torn = len(data) < size
            raise

    def body(self, event, own, event_uuid, pid, verbosity, scopes):
        head = '{"event": "%s", %s"pid": %d, "created": "%s"' % (event, self.ids, pid, iso(utc_now()))
        for scope in reversed(scopes):
            if scope.uuid and scope.uuid != event_uuid:
                head += ', "parent_uuid": "%s"' % scope.uuid
                break
        if verbosity is not None:
            head += ', "verbosity": %d' % verbosity
        if self.omit_all or (self.only_failed and event not in FAILED_EVENTS):
            return head + ', "event_data": {}}'
        if 'uuid' not in own:
            own['uuid'] = event_uuid
        return '%s, "event_data": {%s%s}}' % (head, ''.join([scope.json for scope in scopes]), self.own_json(own))

    def own_json(self, own):
        text = to_json(own)[1:-1]
        # str(res) is what counts, and cannot be more than four times as long as its JSON.
        if len(text) * 4 > self.max_res and 'res' in own and len(as_text(own['res'])) > self.max_res:
            text = to_json(dict(own, res={}))[1:-1]
        return text

    def hold(self):
        """Takes the lock and returns it; goes on without it (None) when a worker seems to have died with it."""
        lock = self.lock
        try:
            if lock.acquire(True, LOCK_SECONDS):
                return lock
            self.lock = threading.RLock()
        except Exception:
            pass
        return None

    def marks(self):
        """Whether this process writes to the terminal: the workers of ansible-core 2.19 do not."""
        pid = os.getpid()
        known = self.can_mark.get(pid)
        if known is None:
            known = sys.stdout is self.stdout
            self.can_mark[pid] = known
        return known


def make_lock():
    """Keeps events whole, in threads and in the workers that write to the same terminal."""
    try:
        return multiprocessing.get_context('fork').RLock()
    except Exception:  # no semaphores on this system, or Python 2
        return threading.RLock()


def open_recorder():
    """The recorder of this process, or None when events are not ours to record."""
    known = getattr(Display, '_runner_recorder', None)
    if known is not None:  # Ansible may load a plugin file twice
        return known
    try:
        owner = os.environ.get(OWNER_VARIABLE)
        if owner and owner != str(os.getpid()):
            return None
        path = os.path.join(os.environ['AWX_ISOLATED_DATA_DIR'], '.run', 'spool')
        with open(path) as spool:
            token = spool.readline().strip()
        if not token:
            return None
        recorder = Recorder(os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, 'O_CLOEXEC', 0)), token)
        os.environ[OWNER_VARIABLE] = str(os.getpid())
        Display._runner_recorder = recorder
        wrap_display(recorder)
        return recorder
    except Exception:
        return None


# ---- messages of Ansible's Display -----------------------------------------------------------------------------------


def wrap_display(recorder):
    """Makes an event of each message that is shown outside a callback."""
    for name in ('debug', 'deprecated', 'warning', 'system_warning', 'error', 'error_as_warning', 'banner'):
        # Ansible calls debug() a dozen times for each task, though it shows nothing.
        if name != 'debug' or C.DEFAULT_DEBUG:
            wrap_flagged(recorder, name)
    wrap_verbose(recorder)
    wrap_text(recorder)


def wrap_flagged(recorder, name):
    original = getattr(Display, name, None)
    if original is None:
        return

    @functools.wraps(original)
    def flagged(*args, **kwargs):
        _skip_stackwalk = True  # ansible-core 2.19 looks for the caller that a deprecation is about
        outer = getattr(recorder.thread, 'flags', None)
        recorder.thread.flags = dict(outer or (), **{name: True})
        try:
            return original(*args, **kwargs)
        finally:
            recorder.thread.flags = outer

    setattr(Display, name, flagged)


def wrap_verbose(recorder):
    original = Display.verbose

    @functools.wraps(original)
    def verbose(self, msg, host=None, caplevel=2, *args, **kwargs):
        if self.verbosity <= caplevel:
            return original(self, msg, host, caplevel, *args, **kwargs)
        outer = getattr(recorder.thread, 'flags', None)
        flags = dict(outer or (), verbose=True)
        if host is not None:
            flags['remote_addr'] = host
        flags['verbosity'] = caplevel + 1
        recorder.thread.flags = flags
        try:
            return original(self, msg, host, caplevel, *args, **kwargs)
        finally:
            recorder.thread.flags = outer

    Display.verbose = verbose


def wrap_text(recorder):
    original = Display.display

    @functools.wraps(original)
    def display(self, msg, *args, **kwargs):
        log_only = args[3] if len(args) > 3 else kwargs.get('log_only', False)
        # A worker of ansible-core 2.14 and later hands the text to the main process, where it comes by here again.
        proxied = getattr(self, '_final_q', None) is not None
        if log_only or proxied or getattr(recorder.thread, 'open', False) or not recorder.marks():
            return original(self, msg, *args, **kwargs)
        to_stderr = args[1] if len(args) > 1 else kwargs.get('stderr', False)
        stream = sys.stderr if to_stderr else sys.stdout
        own = dict(getattr(recorder.thread, 'flags', None) or ())
        verbosity = own.pop('verbosity', None)
        event = next((flag for flag in FLAGS if flag in own), 'verbose')
        held = recorder.hold()
        recorder.thread.open = True
        try:
            recorder.begin(event, own, new_uuid(), stream, verbosity)
            return original(self, msg, *args, **kwargs)
        finally:
            recorder.thread.open = False
            recorder.end(stream)
            if held is not None:
                held.release()

    Display.display = display


# ---- the callback ----------------------------------------------------------------------------------------------------


def configured(name, variable):
    """What a setting would be without the variable that a run sets, and where that comes from."""
    ours = os.environ.pop(variable, None)
    try:
        return C.config.get_config_value_and_origin(name)
    except Exception:
        return None, 'default'
    finally:
        if ours is not None:
            os.environ[variable] = ours


def add_configured_paths():
    """Ansible looks for callbacks where ansible.cfg says, unless the user's environment names other directories."""
    try:
        first, _, users = os.environ.get('ANSIBLE_CALLBACK_PLUGINS', '').partition(os.pathsep)
        if users or os.path.realpath(first) != os.path.realpath(os.path.dirname(__file__)):
            return
        found = loader.callback_loader
        paths = configured('DEFAULT_CALLBACK_PLUGIN_PATH', 'ANSIBLE_CALLBACK_PLUGINS')[0] or []
        found.config = list(found.config) + [path for path in paths if path not in found.config]
        found._clear_caches()
    except Exception:
        pass


def hide_others():
    """Another awx_display is not even loaded: that of a runner would write events of its own."""
    try:
        if __name__.rpartition('.')[2] != OUR_NAMES[0]:
            package = loader.callback_loader.package
            loader._PLUGIN_FILTERS[package] = frozenset(loader._PLUGIN_FILTERS[package]) | frozenset(OUR_NAMES[:1])
    except Exception:
        pass


def configured_callback():
    """The stdout callback of ansible.cfg, by the rules of the program that loads us; None when there is none."""
    if AD_HOC and not configured('DEFAULT_LOAD_CALLBACK_PLUGINS', 'ANSIBLE_LOAD_CALLBACK_PLUGINS')[0]:
        return None
    name, origin = configured('DEFAULT_STDOUT_CALLBACK', 'ANSIBLE_STDOUT_CALLBACK')
    return None if origin == 'default' or name in OUR_NAMES or AD_HOC and name == 'default' else name


def parent_class():
    """The stdout callback that we stand in for, and what is wrong with the one of ansible.cfg."""
    name = os.environ.get('ORIGINAL_STDOUT_CALLBACK')
    own = 'minimal' if AD_HOC else 'default'
    problem = None
    if not name or name in OUR_NAMES:
        name = configured_callback()
        try:
            found = loader.callback_loader.get(name, class_only=True) if name else None
            if found is not None:
                return found, None
            problem = name and 'not found'
        except Exception as error:
            problem = as_text(error)
        problem = problem and 'Cannot load the stdout_callback "%s" of ansible.cfg: %s' % (name, problem)
        name = own
    found = loader.callback_loader.get(name, class_only=True)
    if found is None:  # what Ansible itself would say
        raise AnsibleError('Invalid callback for stdout specified: %s' % name)
    return found, problem


add_configured_paths()
hide_others()
ParentCallback, PROBLEM = parent_class()
RECORDER = open_recorder()
if PROBLEM:
    Display().warning(PROBLEM)
# Its options are ours: Ansible reads them from this text.
DOCUMENTATION = getattr(sys.modules.get(ParentCallback.__module__), 'DOCUMENTATION', None) or '''
    name: awx_display
    type: stdout
    short_description: display of the chosen callback, with events beside it
    description:
        - Shows what the chosen stdout callback shows and records events.
    extends_documentation_fragment:
      - default_callback
'''


def result_of(result):
    """The result as it may be seen, and without the environment that facts carry."""
    res = result._result
    try:
        if res.get('_ansible_no_log'):
            return {'censored': CENSORED}
        items = res.get('results')
        if isinstance(items, list) and any(isinstance(item, dict) and item.get('_ansible_no_log') for item in items):
            res = dict(res, results=[
                {'censored': CENSORED} if isinstance(item, dict) and item.get('_ansible_no_log') else item
                for item in items
            ])
    except Exception:
        pass
    return res


class CallbackModule(ParentCallback):
    """The chosen stdout callback, with events."""

    CALLBACK_NAME = 'awx_display'
    CALLBACK_TYPE = 'stdout'
    CALLBACK_VERSION = 2.0

    def __init__(self, *args, **kwargs):
        super(CallbackModule, self).__init__(*args, **kwargs)
        self._runner_starts = {}
        self._runner_seen = {}
        self._runner_scopes = {}

    # -- events around the text of the chosen callback

    def _show(self, method, args, kwargs):
        show = getattr(super(CallbackModule, self), method, None)
        if ASKS_PAST_US:
            answer = ParentCallback.__getattribute__(self, method)
            if getattr(answer, '__func__', None) is not CallbackModule.__dict__[method]:
                show = answer
        if show is not None:
            return show(*args, **kwargs)
        return None

    def _event(self, event, describe, method, *args, **kwargs):
        """Shows with `method` of the chosen callback what the event is about.

        `describe` gives its own fields, its uuid (None for a new one) and the task of a result, which events of others
        that come meanwhile do not belong to.
        """
        recorder = RECORDER
        if recorder is None or getattr(recorder.thread, 'open', False):
            return self._show(method, args, kwargs)
        held = recorder.hold()
        recorder.thread.open = True
        stream = sys.stdout
        try:
            try:
                own, event_uuid, task = describe()
            except Exception:
                own, event_uuid, task = {}, None, None
            recorder.begin(event, own, event_uuid or new_uuid(), stream, task=task)
            return self._show(method, args, kwargs)
        finally:
            recorder.thread.open = False
            recorder.end(stream)
            if held is not None:
                held.release()

    def _repeated(self, kind, known):
        """The same id with a number behind it when Ansible sends it again (serial, free)."""
        seen = self._runner_seen
        seen[kind, known] = count = seen.get((kind, known), 0) + 1
        return known if count == 1 else '%s_%d' % (known, count)

    # -- what is going on

    def _scope(self, task):
        """The fields of a task, made once: every result comes with a task of its own that says the same."""
        name, action = task.name or task.action, task.action
        key = (task._uuid, name, action, getattr(task, 'resolved_action', action))
        scope = None if SHOW_ARGS else self._runner_scopes.get(key)
        if scope is None:
            if len(self._runner_scopes) > 100:
                self._runner_scopes.clear()
            scope = self._runner_scopes[key] = self._new_scope(task, *key)
        return scope

    def _new_scope(self, task, known, name, action, resolved_action):
        known = str(known)
        fields = {'task': text_type(name)}
        fields['task_uuid'] = known
        fields['task_action'] = text_type(action)
        fields['resolved_action'] = resolved_action
        fields['task_args'] = self._task_args(task)
        try:
            fields['task_path'] = task.get_path() or ''
        except AttributeError:
            # The task that asks for a background job (2.11) was read nowhere: it belongs to the one that runs.
            fields['task_path'] = RECORDER.task.path
        except Exception:
            fields['task_path'] = ''
        role = getattr(task, '_role', None)
        if role:
            short, resolved = text_type(role._role_name), text_type(role.get_name())
            if resolved != short:
                fields['resolved_role'] = resolved
            fields['role'] = short
        return Scope(known, fields)

    def _task_args(self, task):
        if not SHOW_ARGS:
            return ''
        if task.no_log:
            return CENSORED
        return ', '.join(u'%s=%s' % item for item in task.args.items())

    # -- playbook and plays

    def v2_playbook_on_start(self, playbook):
        def describe():
            event_uuid = new_uuid()
            name = '__adhoc_playbook__' if AD_HOC else as_text(playbook._file_name)
            fields = {'playbook': name}
            fields['playbook_uuid'] = event_uuid
            RECORDER.playbook = Scope(event_uuid, fields)
            return {}, event_uuid, None

        return self._event('playbook_on_start', describe, 'v2_playbook_on_start', playbook)

    def v2_playbook_on_vars_prompt(self, varname, private=True, prompt=None, encrypt=None, confirm=False,
                                   salt_size=None, salt=None, default=None, unsafe=None):
        def describe():
            own = {}
            own['varname'], own['private'], own['prompt'], own['encrypt'] = varname, private, prompt, encrypt
            own['confirm'], own['salt_size'], own['salt'] = confirm, salt_size, salt
            own['default'], own['unsafe'] = default, unsafe
            return own, None, None

        # By place, as Ansible does.
        return self._event('playbook_on_vars_prompt', describe, 'v2_playbook_on_vars_prompt', varname, private, prompt,
                           encrypt, confirm, salt_size, salt, default, unsafe)

    def v2_playbook_on_play_start(self, play):
        if AD_HOC:  # an ad-hoc command has no play of its own
            return self._show('v2_playbook_on_play_start', (play,), {})

        def describe():
            hosts = play.hosts if isinstance(play.hosts, (list, tuple)) else [play.hosts]
            pattern = ','.join(text_type(host) for host in hosts)
            name = text_type(play.get_name()).strip() or pattern
            event_uuid = self._repeated('play', str(play._uuid))
            fields = {'play': name}
            fields['play_uuid'] = event_uuid
            fields['play_pattern'] = pattern
            RECORDER.play, RECORDER.task = Scope(event_uuid, fields), NOWHERE
            own = {'name': name}
            own['pattern'] = pattern
            return own, event_uuid, None

        return self._event('playbook_on_play_start', describe, 'v2_playbook_on_play_start', play)

    def _bare(self, event, method, *args, **kwargs):
        return self._event(event, lambda: ({}, None, None), method, *args, **kwargs)

    def v2_playbook_on_no_hosts_matched(self):
        return self._bare('playbook_on_no_hosts_matched', 'v2_playbook_on_no_hosts_matched')

    def v2_playbook_on_no_hosts_remaining(self):
        return self._bare('playbook_on_no_hosts_remaining', 'v2_playbook_on_no_hosts_remaining')

    def v2_playbook_on_stats(self, stats):
        def describe():
            RECORDER.play = RECORDER.task = NOWHERE
            own = {}
            for name in ('changed', 'dark', 'failures', 'ignored', 'ok', 'processed', 'rescued', 'skipped'):
                own[name] = getattr(stats, name, {})
            own['artifact_data'] = getattr(stats, 'custom', {}).get('_run', {})
            return own, None, None

        return self._event('playbook_on_stats', describe, 'v2_playbook_on_stats', stats)

    # -- tasks

    def v2_playbook_on_task_start(self, task, is_conditional):
        if AD_HOC:
            return self._show('v2_playbook_on_task_start', (task,), {'is_conditional': is_conditional})

        def describe():
            RECORDER.task = self._scope(task)
            own = {'name': text_type(task.get_name())}
            own['is_conditional'] = is_conditional
            return own, self._repeated('task', str(task._uuid)), None

        # By name, as Ansible does: callbacks with **kwargs look for it there.
        return self._event('playbook_on_task_start', describe, 'v2_playbook_on_task_start', task,
                           is_conditional=is_conditional)

    def _handler_like(self, method, task):
        def describe():
            RECORDER.task = self._scope(task)
            event_uuid = str(task._uuid)
            own = {'name': text_type(task.get_name())}
            own['uuid'] = event_uuid
            own['is_conditional'] = True
            return own, event_uuid, None

        return self._event('playbook_on_task_start', describe, method, task)

    def v2_playbook_on_handler_task_start(self, task):
        return self._handler_like('v2_playbook_on_handler_task_start', task)

    def v2_playbook_on_cleanup_task_start(self, task):
        return self._handler_like('v2_playbook_on_cleanup_task_start', task)

    def v2_playbook_on_include(self, included_file):
        def describe():
            return {'included_file': included_file._filename}, None, None

        return self._event('playbook_on_include', describe, 'v2_playbook_on_include', included_file)

    def v2_playbook_on_notify(self, handler, host):
        def describe():
            own = {'host': host.get_name()}
            own['handler'] = text_type(handler.get_name())
            return own, None, None

        return self._event('playbook_on_notify', describe, 'v2_playbook_on_notify', handler, host)

    # -- results

    def v2_runner_on_start(self, host, task):
        def describe():
            self._runner_starts[host.get_name()] = utc_now()
            # Not the current task: before ansible-core 2.19 the name of this one is not templated yet.
            return {'host': host.get_name()}, None, self._scope(task)

        return self._event('runner_on_start', describe, 'v2_runner_on_start', host, task)

    def _timing(self, own):
        end = utc_now()
        start = self._runner_starts.get(own['host'])
        own['start'] = own['end'] = own['duration'] = None
        if start is not None:
            own['start'], own['end'] = iso(start), iso(end)
            own['duration'] = (end - start).total_seconds()

    def _on_result(self, result):
        own = {'host': result._host.get_name()}
        own['remote_addr'] = result._host.address
        return own

    def v2_runner_on_ok(self, result):
        def describe():
            own = self._on_result(result)
            if result._task.action in FACT_ACTIONS:
                # Out of the text as well: with -v it would show every variable of the environment.
                facts = result._result.get('ansible_facts')
                if isinstance(facts, dict):
                    facts.pop('ansible_env', None)
            own['res'] = result_of(result)
            self._timing(own)
            own['event_loop'] = getattr(result._task, 'loop_with', None)
            return own, None, self._scope(result._task)

        return self._event('runner_on_ok', describe, 'v2_runner_on_ok', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        def describe():
            own = self._on_result(result)
            own['res'] = result_of(result)
            self._timing(own)
            own['ignore_errors'] = ignore_errors
            own['event_loop'] = getattr(result._task, 'loop_with', None)
            return own, None, self._scope(result._task)

        return self._event('runner_on_failed', describe, 'v2_runner_on_failed', result, ignore_errors=ignore_errors)

    def v2_runner_on_skipped(self, result):
        def describe():
            own = self._on_result(result)
            self._timing(own)
            own['event_loop'] = getattr(result._task, 'loop_with', None)
            return own, None, self._scope(result._task)

        return self._event('runner_on_skipped', describe, 'v2_runner_on_skipped', result)

    def v2_runner_on_unreachable(self, result):
        def describe():
            own = self._on_result(result)
            self._timing(own)
            own['res'] = result_of(result)
            return own, None, self._scope(result._task)

        return self._event('runner_on_unreachable', describe, 'v2_runner_on_unreachable', result)

    def _host_and_result(self, event, method, result, with_jid=False):
        def describe():
            own = {'host': result._host.get_name()}
            own['res'] = result_of(result)
            if with_jid:
                own['jid'] = result._result.get('ansible_job_id')
            return own, None, self._scope(result._task)

        return self._event(event, describe, method, result)

    def v2_runner_on_async_poll(self, result):
        return self._host_and_result('runner_on_async_poll', 'v2_runner_on_async_poll', result, with_jid=True)

    def v2_runner_on_async_ok(self, result):
        return self._host_and_result('runner_on_async_ok', 'v2_runner_on_async_ok', result, with_jid=True)

    def v2_runner_on_async_failed(self, result):
        return self._host_and_result('runner_on_async_failed', 'v2_runner_on_async_failed', result, with_jid=True)

    def v2_runner_item_on_ok(self, result):
        return self._host_and_result('runner_item_on_ok', 'v2_runner_item_on_ok', result)

    def v2_runner_item_on_failed(self, result):
        return self._host_and_result('runner_item_on_failed', 'v2_runner_item_on_failed', result)

    def v2_runner_item_on_skipped(self, result):
        return self._host_and_result('runner_item_on_skipped', 'v2_runner_item_on_skipped', result)

    def v2_runner_retry(self, result):
        return self._host_and_result('runner_retry', 'v2_runner_retry', result)

    def v2_on_file_diff(self, result):
        return self._diff('v2_on_file_diff', result, result)

    def _diff(self, method, result, *args):
        def describe():
            own = {'host': result._host.get_name()}
            own['diff'] = result_of(result).get('diff')
            return own, None, self._scope(result._task)

        return self._event('runner_on_file_diff', describe, method, *args)

    # -- hooks of old Ansible versions, and of strategies that still send them

    def v2_runner_on_file_diff(self, result, diff=None):
        return self._diff('v2_runner_on_file_diff', result, result, diff)

    def v2_runner_on_no_hosts(self, task):
        def describe():
            RECORDER.task = self._scope(task)
            return {}, None, None

        return self._event('runner_on_no_hosts', describe, 'v2_runner_on_no_hosts', task)

    def v2_playbook_on_setup(self):
        return self._bare('playbook_on_setup', 'v2_playbook_on_setup')

    def v2_playbook_on_import_for_host(self, result, imported_file):
        return self._bare('playbook_on_import_for_host', 'v2_playbook_on_import_for_host', result, imported_file)

    def v2_playbook_on_not_import_for_host(self, result, missing_file):
        return self._bare('playbook_on_not_import_for_host', 'v2_playbook_on_not_import_for_host', result,
                          missing_file)


# Some (json, jsonl) answer for the methods of results themselves, whatever a subclass has.
ASKS_PAST_US = ParentCallback.__getattribute__ is not object.__getattribute__


def own_first(self, name):
    """Our own methods are found before what the chosen callback says of their names."""
    if name in CallbackModule.__dict__ and name.startswith('v2_'):
        return object.__getattribute__(self, name)
    return ParentCallback.__getattribute__(self, name)


if ASKS_PAST_US:
    CallbackModule.__getattribute__ = own_first
