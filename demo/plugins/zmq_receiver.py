#!/usr/bin/env python3
"""Prints what a run sends by ZeroMQ, up to its end (needs pyzmq):

    demo/plugins/zmq_receiver.py tcp://127.0.0.1:5555

and in env/settings: runner_zmq_url: tcp://127.0.0.1:5555
"""
import json
import sys

import zmq

ENDS = ("successful", "failed", "timeout", "canceled")

socket = zmq.Context().socket(zmq.PULL)
socket.bind(sys.argv[1])
print(socket.last_endpoint.decode(), flush=True)
while True:
    message = json.loads(socket.recv_multipart()[-1])
    print(message.get("event") or message["status"], flush=True)
    if message.get("status") in ENDS:
        break
