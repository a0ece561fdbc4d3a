"""A mail server on the loopback interface that can die, and tells what arrived."""

import email
import email.header
import socketserver
import threading

HOST = "127.0.0.1"


class Sink:
    """Takes mails in and keeps who got what.

    ``on_arrival(number)`` is called when a mail was taken in and before the sender is
    told so; if it returns True, the sender is never told.
    """

    def __init__(self):
        self.arrived = []
        self.on_arrival = None
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                sink._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server((HOST, 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def clear(self):
        self.arrived.clear()
        self.on_arrival = None

    def deliveries(self):
        """Return (receivers, subject) of each mail, in order, without its identity."""
        return sorted(
            (mail["to"] or "", str(_decode(mail["subject"]))) for mail in self.arrived
        )

    def identities(self):
        """Return the Message-Id of each mail as it arrived."""
        return [mail["message-id"] for mail in self.arrived]

    def _talk(self, lines, answers):
        answers.write(b"220 sink\r\n")
        while line := lines.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                answers.write(b"354 go on\r\n")
                if not self._take(lines):
                    return
                answers.write(b"250 taken\r\n")
            elif word == b"QUIT":
                answers.write(b"221 bye\r\n")
                return
            else:
                answers.write(b"250 ok\r\n")

    def _take(self, lines):
        content = b""
        while (line := lines.readline()) not in (b".\r\n", b""):
            content += line
        self.arrived.append(email.message_from_bytes(content))
        silent = self.on_arrival and self.on_arrival(len(self.arrived))
        return not silent


def _decode(text):
    return email.header.make_header(email.header.decode_header(text or ""))
