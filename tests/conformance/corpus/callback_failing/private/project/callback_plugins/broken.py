from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
    name: broken
    type: notification
    short_description: fails at each result
    description: fails at each result
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'broken'

    def v2_runner_on_ok(self, result):
        raise ValueError('nothing works')
