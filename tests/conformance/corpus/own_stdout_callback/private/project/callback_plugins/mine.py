from ansible.plugins.callback.default import CallbackModule as Default

DOCUMENTATION = """
name: mine
type: stdout
short_description: own
extends_documentation_fragment: [default_callback]
description: own
"""


class CallbackModule(Default):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "mine"

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._display.display("* %s" % task.get_name())

    def v2_runner_on_ok(self, result):
        self._display.display("  %s: %s" % (result._host.get_name(), "changed" if result.is_changed() else "ok"))
