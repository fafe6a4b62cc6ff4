#!/usr/bin/env python3
"""Prints what runs post, each message once; those without the right signature are refused:

    SECRET=horse demo/plugins/http_receiver.py 8080

and in env/settings: runner_http_url: http://127.0.0.1:8080/ and runner_http_secret: horse
"""
import hashlib
import hmac
import http.server
import json
import os
import sys

SECRET = os.environ["SECRET"].encode()
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        is_ours = hmac.compare_digest(self.headers.get("runner-signature", ""), expected)
        name = self.headers["runner-event"]
        # A message that comes twice has the same name: one whose answer was lost.
        if is_ours and name not in seen:
            seen.add(name)
            message = json.loads(body)
            print(name, message.get("event") or message["status"], flush=True)
        self.send_response(204 if is_ours else 403)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(server.server_port, flush=True)
server.serve_forever()
