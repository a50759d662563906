"""A TCP proxy that keeps the client's octets: what a peer truly sent, whatever it should send."""

import socket
import threading

from waiting import wait_until


def unstuffed(data):
    """DATA's content without the doubled dots (RFC 5321 §4.5.2)."""
    plain = data.replace(b"\r\n.", b"\r\n")
    return plain[1:] if plain.startswith(b".") else plain


def contents(stream):
    """The content of every DATA in the client's octets; each must have been answered with 354."""
    found, position = [], 0
    while (line_end := stream.find(b"\r\n", position)) >= 0:
        line, position = stream[position:line_end], line_end + 2
        if line.upper() != b"DATA":
            continue
        # The CRLF of the DATA line may be the one before the dot: an empty message.
        end = stream.find(b"\r\n.\r\n", line_end)
        if end < 0:
            raise AssertionError("the peer's DATA has no end")
        found.append(unstuffed(stream[position:end + 2]))
        position = end + 5
    return found


class RecordingProxy:
    """Forwards each connection to `target`; `sessions` holds the client's octets of each."""

    def __init__(self, target):
        self.target = target
        self.sessions = []
        self._open = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def contents(self):
        """All message contents sent so far, in order, once every connection has ended."""
        wait_until(lambda: self._open == 0, 10, "the end of the peer's connections")
        return [content for session in self.sessions for content in contents(bytes(session))]

    def forget(self):
        self.sessions.clear()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open += 1
            record = bytearray()
            self.sessions.append(record)
            threading.Thread(target=self._serve, args=(client, record), daemon=True).start()

    def _serve(self, client, record):
        try:
            with client, socket.create_connection(self.target) as server:
                back = threading.Thread(target=_forward, args=(server, client), daemon=True)
                back.start()
                _forward(client, server, record)
                back.join()
        finally:
            with self._lock:
                self._open -= 1


def _forward(source, sink, record=None):
    """Copies until one side ends, and passes the end on."""
    try:
        while octets := source.recv(65536):
            if record is not None:
                record += octets
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
