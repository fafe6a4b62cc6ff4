#!/usr/bin/python3 -IS
"""http_receiver.py: prints its port and takes all that is posted, as fast as a socket can be read.

Anything of more comfort takes longer than the sender that is measured.
"""
import socket
import threading

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


def serve(conn):
    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    while part := conn.recv(1 << 16):
        waiting += part
        while (end := waiting.find(b"\r\n\r\n")) >= 0:
            at = waiting.find(b"content-length: ") + 16
            length = end + 4 + int(waiting[at:waiting.find(b"\r", at)])
            if len(waiting) < length:
                break
            waiting = waiting[length:]
            conn.sendall(OK)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
