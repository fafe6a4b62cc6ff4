from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "talks"

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._display.display("talks: before %s" % task.get_name())

    def v2_runner_on_ok(self, result):
        self._display.display("talks: fine\nand a second line", color="blue")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._display.warning("talks: failed")

    def v2_playbook_on_stats(self, stats):
        self._display.v("talks: only when verbose")
        self._display.display("talks: the end", newline=False)
