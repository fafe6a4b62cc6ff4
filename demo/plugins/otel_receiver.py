#!/usr/bin/env python3
"""Prints the spans of runs as they end; no collector is needed to look at a trace:

    demo/plugins/otel_receiver.py 4318
    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/json \\
        ansible-runner run demo -p test.yml
"""
import http.server
import json
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        for resource in body.get("resourceSpans", []):
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    took = int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
                    failed = " FAILED" if span.get("status", {}).get("code") == 2 else ""
                    print(f"{took / 1e9:8.3f} s  {span['name']}{failed}", flush=True)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(server.server_port, flush=True)
server.serve_forever()
