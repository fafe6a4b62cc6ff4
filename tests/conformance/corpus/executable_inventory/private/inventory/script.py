#!/usr/bin/python3
import json

print(json.dumps({"dynamic": {"hosts": ["dyn1"], "vars": {"ansible_connection": "local"}}, "_meta": {"hostvars": {"dyn1": {"n": 1}}}}))
