#!/usr/bin/python3
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule(argument_spec={})
    module.warn("a warning of the module that is long enough to be broken over two lines of the terminal")
    module.deprecate("the module is old", version="9.99")
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
