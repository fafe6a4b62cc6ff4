#!/usr/bin/python3
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule(argument_spec={"question": {"type": "str", "required": True}})
    module.exit_json(changed=True, answer=42, question=module.params["question"])


if __name__ == "__main__":
    main()
