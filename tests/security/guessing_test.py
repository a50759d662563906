"""AUTH by those who guess: each try waits longer, and a network that fails too often is out."""

import contextlib
import json
import re
import time
import unittest

import mail_files
from auth_case import WRONG, AuthCase, encoded
from proxy_header import version_1
from quoth_case import MESSAGE
from roles_case import PASSWORD, plain, start_tls
from security_case import events

ALICE = b"alice@local.test"
LOOPBACK = ["127.0.0.0/8"]


class GuessingCase(AuthCase):
    def guess(self, wire, user, password=WRONG):
        """The seconds that the refusal took."""
        begin = time.monotonic()
        self.assert_code(wire.command(plain(user, password)), 535, "5.7.8")
        return time.monotonic() - begin

    def lock_out(self, connect, failures=3):
        """So many logins fail at the same time, of different users."""
        wires = [connect() for _ in range(failures)]
        for number, wire in enumerate(wires):
            wire.send(plain(b"guess%d" % number, WRONG) + b"\r\n")
        for wire in wires:
            self.assert_code(wire.reply(), 535)

    def assert_locked_out(self, wire, line=plain(b"ann")):
        """The right password does not help, and the connection ends."""
        wire.send(line + b"\r\n")
        self.assert_ends_with_421(wire, "4.7.0")


class GrowingDelay(GuessingCase):
    def test_each_failure_takes_longer(self):
        """250 ms, then twice as long each time; a login that is right ends that."""
        wire = self.secured(self.serve_roles())
        for least in (0.25, 0.5, 1.0):
            self.assertGreaterEqual(self.guess(wire, b"ann"), least)
        wire.expect(235, plain(b"ann"))

    def test_a_new_connection_does_not_help(self):
        server = self.serve_roles()
        for least in (0.25, 0.5, 1.0):
            self.assertGreaterEqual(self.guess(self.secured(server), b"ann"), least)

    def test_nobody_else_waits(self):
        """While one client does, others are served, on one event loop as well."""
        server = self.serve_roles(threads=1)
        guesser, other = self.secured(server), self.logged_in(server)
        guesser.send(plain(b"ann", WRONG) + b"\r\n")
        begin = time.monotonic()
        self.assert_code(other.deliver(MESSAGE, [b"alice@local.test"], b"ann@local.test"), 250)
        self.assertLess(time.monotonic() - begin, 5)
        self.assert_code(guesser.reply(), 535)

    def test_guesses_that_are_sent_ahead(self):
        """AUTH is the last command of its group (RFC 4954 §4): nobody tries many in one segment."""
        server = self.serve_roles()
        for lines in ((plain(b"ann", WRONG),) * 3, (b"AUTH LOGIN", b"YW5u", encoded(PASSWORD)),
                      (plain(b"ann", WRONG), plain(b"ann"))):
            with self.subTest(lines=lines[0]):
                wire = self.secured(server)
                wire.send(b"".join(line + b"\r\n" for line in lines))
                self.assertEqual([each.code for each in wire.replies_until_closed()], [554])

    def test_guesses_that_are_sent_ahead_where_that_may_be(self):
        """Each still waits for its own reply, which takes its own time."""
        wire = self.secured(self.serve_roles(defences={"refuse_bad_pipelining": False}))
        begin = time.monotonic()
        wire.send((plain(b"ann", WRONG) + b"\r\n") * 3)
        for _ in range(3):
            self.assert_code(wire.reply(), 535)
        self.assertGreaterEqual(time.monotonic() - begin, 1.75)


class LockedOut(GuessingCase):
    """`failures` of one network: then 421 for AUTH, and for AUTH alone."""

    def serve_locking(self, **submission):
        return self.serve_roles(submission={"auth": {"failures": 3}, **submission})

    def test_a_network(self):
        server = self.serve_locking()
        self.lock_out(lambda: self.secured(server))
        for line in (plain(b"ann"), plain(b"bob@local.test"), b"AUTH LOGIN", b"AUTH SCRAM-SHA-256",
                     plain(b"ann", WRONG)):
            with self.subTest(line=line):
                self.assert_locked_out(self.secured(server), line)
        self.assert_locked_out(self.secured(server, source=("127.0.0.77", 0)))
        counters = [line for line in self.all_counters(server) if line["server"] == "submission"]
        self.assertEqual(counters[-1]["failed_login"], 3)
        self.assertEqual(counters[-1]["auth_failures"], 6)

    def all_counters(self, server):
        self.counters(server)
        self.assertEqual(server.stop(), 0)
        return events(server, "server.stopped")

    def test_its_mail_for_us_is_still_taken(self):
        server = self.serve_locking()
        self.lock_out(lambda: self.secured(server))
        self.assert_code(self.to(server, "mx").deliver(MESSAGE, [b"alice@local.test"]), 250)

    def test_another_network(self):
        server = self.serve_locking()
        self.lock_out(lambda: self.secured(server))
        self.logged_in(server, source=("127.0.1.1", 0))
        self.assert_locked_out(self.secured(server))

    def test_who_was_right_before_counts_on(self):
        """Somebody with one account may not try the others without end."""
        server = self.serve_locking()
        self.lock_out(lambda: self.secured(server), 2)
        self.logged_in(server)
        self.lock_out(lambda: self.secured(server), 1)
        self.assert_locked_out(self.secured(server))

    def test_behind_a_proxy(self):
        """It is the client whom the proxy names that is out, and its network, and no other."""
        server = self.serve_locking(trust={"proxy": LOOPBACK})
        self.lock_out(lambda: self.proxied(server, "192.0.2.1"))
        for client in ("192.0.2.1", "192.0.2.254"):
            self.assert_locked_out(self.proxied(server, client))
        for client in ("192.0.3.1", "198.51.100.7"):
            self.proxied(server, client).expect(235, plain(b"ann"))
        self.secured_by(server, b"PROXY UNKNOWN\r\n").expect(235, plain(b"ann"))

    def test_behind_a_proxy_of_ipv6(self):
        server = self.serve_locking(trust={"proxy": LOOPBACK})
        ours = version_1("2001:db8:0:1::1", "2001:db8::25", "TCP6")
        near = version_1("2001:db8:0:1:ffff::9", "2001:db8::25", "TCP6")
        far = version_1("2001:db8:0:2::1", "2001:db8::25", "TCP6")
        self.lock_out(lambda: self.secured_by(server, ours))
        self.assert_locked_out(self.secured_by(server, near))
        self.secured_by(server, far).expect(235, plain(b"ann"))

    def test_behind_xclient(self):
        server = self.serve_locking(trust={"xclient": LOOPBACK})
        self.lock_out(lambda: self.claimed(server, b"192.0.2.1"))
        self.assert_locked_out(self.claimed(server, b"192.0.2.9"))
        self.claimed(server, b"192.0.3.1").expect(235, plain(b"ann"))
        self.secured(server).expect(235, plain(b"ann"))

    def proxied(self, server, client):
        return self.secured_by(server, version_1(client))

    def secured_by(self, server, header):
        wire = self.raw(server, "submission")
        wire.send(header)
        wire.greet()
        start_tls(wire)
        return wire

    def claimed(self, server, address):
        wire = self.secured(server)
        wire.expect(220, b"XCLIENT ADDR=" + address)
        wire.expect(250, b"EHLO client.test")
        return wire


class UserNames(GuessingCase):
    """GHSA-5835-4gvc-32pc (maddy's LDAP filters), and whatever else a name could be taken for: it
    is compared, and nothing else."""

    NAMES = (
        b"*)(uid=*", b"*", b"ann)(|(uid=*", b"../users", b"../../../../etc/passwd", b"ann/../bob",
        b"ann\n", b"\nann", b"ann\r\nroot", b"ann:", b":", b"#", b"", b" ", b"ann ", b" ann",
        b"' OR 1=1 --", b"ann' --", b"${run{id}}", b"%s%n", b"{user}", b"$(id)", b"`id`", b"|id",
        b"\xff\xfe", b"\xc0\x80", b"a\xcc", b"\xe2\x80\xaeann", b"ann\x7f", b"\x1b[2J", b"ANN",
        b"Ann",
        b"ann@", b"@local.test", b"ann@local.test", "bob＠local.test\u200b@".encode(), b"n" * 255,
        b"n" * 256, b"n" * 9000,
    )

    def setUp(self):
        self.users_path = self.users_file()
        self.server = self.serve_roles(
            submission={"auth": {"users": str(self.users_path), "failures": "off"}},
            log={"level": "debug"})
        self.before = self.users_path.read_bytes(), self.files()

    def files(self):
        return {path for path in self.server.folder.rglob("*")}

    def check(self, begin, codes, names=NAMES):
        """`begin` starts an exchange for each name on a connection of its own; all end so."""
        wires = [(name, self.secured(self.server)) for name in names]
        for name, wire in wires:
            begin(wire, name)
        for name, wire in wires:
            with self.subTest(name=name[:40]):
                self.assertIn(wire.reply().code, codes)
                wire.still_usable()
                self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530)
        self.assert_unharmed()

    def assert_unharmed(self):
        self.logged_in(self.server)
        self.assertEqual((self.users_path.read_bytes(), self.files()), self.before)
        for line in self.server.log().splitlines():
            self.assertIn("ev", json.loads(line))
        users = [line["user"] for line in events(self.server, "login")
                 if line["verdict"] == "accept"]
        self.assertEqual(users, ["ann"])

    def test_plain(self):
        self.check(lambda wire, name: wire.send(plain(name) + b"\r\n"), (501, 535))

    def test_plain_with_more_zeros(self):
        """Octets 0 part the message (RFC 4616 §2): there are two, no more and no fewer."""
        wire = self.secured(self.server)
        for message in (b"", b"\0", b"\0\0", b"ann\0" + PASSWORD, b"\0ann\0" + PASSWORD + b"\0",
                        b"\0ann\0x\0" + PASSWORD, b"\0\0ann\0" + PASSWORD, b"\0ann\0",
                        b"\0ann\0" + b"x" * 256):
            with self.subTest(message=message[:30]):
                line = b"AUTH PLAIN " + (encoded(message) or b"=")
                self.assertIn(wire.command(line).code, (501, 535))
                wire.still_usable()
        wire = self.secured(self.server)
        wire.expect(235, plain(b"ann"))

    def test_login(self):
        def begin(wire, name):
            reply = wire.command(b"AUTH LOGIN " + (encoded(name) or b"="))
            wire.send(encoded(PASSWORD) + b"\r\n" if reply.code == 334 else b"AUTH NONE YQ==\r\n")
        self.check(begin, (500, 501, 504, 535))

    def test_scram(self):
        def begin(wire, name):
            name = name.replace(b"=", b"=3D").replace(b",", b"=2C")
            first = encoded(b"n,,n=" + name + b",r=0123456789abcdef")
            reply = wire.command(b"AUTH SCRAM-SHA-256 " + first)
            wire.send(b"*\r\n" if reply.code == 334 else b"AUTH NONE\r\n")
        printable = [name for name in self.NAMES if re.fullmatch(rb"[ -~]{1,255}", name)]
        self.check(begin, (501, 504), printable + [b"ann\n"])

    def test_longer_than_a_line(self):
        """RFC 4954 §4: 12288 octets of Base64; far beyond that the server is gone."""
        wire = self.secured(self.server)
        self.assert_code(wire.command(plain(b"n" * 10240)), 500)
        wire.still_usable()
        wire = self.secured(self.server)
        with contextlib.suppress(OSError):
            wire.send(plain(b"n" * 1_000_000) + b"\r\n")
        with contextlib.suppress(OSError):
            self.assertLessEqual({each.code for each in wire.replies_until_closed()}, {421, 500})
        self.assert_unharmed()


class AnyUser(GuessingCase):
    """The listener for developers takes any name; still none becomes a line of its own."""

    def test_names(self):
        server = self.serve(config={
            "hostname": "mx.local.test", "limits": {"connections": {"per_ip": 1000}},
            "listener": [{"listen": ["127.0.0.1:0"], "role": "dev"}],
            "route": {"*": {"via": "maildir:mail/{domain}/{local}"}}})
        wires = [(name, self.session(server)) for name in UserNames.NAMES]
        for name, wire in wires:
            wire.send(plain(name) + b"\r\n")
        for name, wire in wires:
            with self.subTest(name=name[:40]):
                code = wire.reply().code
                has_controls = re.search(rb"[\0-\x1f\x7f]", name) is not None
                self.assertIn(code, (501, 535) if has_controls else (235, 501, 535))
                if code == 235:
                    self.assert_code(wire.deliver(MESSAGE, [ALICE]), 250)
        files = mail_files.delivered(server.mail)
        self.assertGreater(len(files), 20)
        for file in files:
            own = mail_files.split(file.read_bytes())[0].decode()
            for line in own.splitlines():
                self.assertRegex(line, r"^(Return-Path: |Received: |\t)[ -~]+$")
        for line in server.log().splitlines():
            self.assertIn("ev", json.loads(line))


if __name__ == "__main__":
    unittest.main()
