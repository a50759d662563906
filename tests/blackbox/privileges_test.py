"""Who the program runs as: what root binds, a user without privileges serves."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from quoth_case import MESSAGE, USER, QuothCase
from quoth_process import QuothServer, binary, configuration
from roles_case import PASSWORD, RolesCase, make_certificate
from smtp_wire import SmtpWire

NOBODY = "nobody"
EX_NO_PERMISSION = 77
EX_CONFIG = 78
is_root = os.geteuid() == 0


def low_port():
    """A port that root alone can bind, where there are such ports."""
    for port in range(1023, 900, -1):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    return 0


def status(pid):
    """The fields of /proc/PID/status, and those of each thread."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines()
                 if ":\t" in line) for task in tasks]


def serve(user, folder, *more):
    return subprocess.run([binary(), "serve", "--user", user, *more], cwd=folder, text=True,
                          capture_output=True, timeout=60)


@unittest.skipUnless(is_root, "only root can become another user")
class DropsPrivileges(QuothCase):
    def folder_of_nobody(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        person = pwd.getpwnam(NOBODY)
        (folder / "mail").mkdir()
        for each in (folder, folder / "mail"):
            os.chown(each, person.pw_uid, person.pw_gid)
        return folder

    def server(self, folder, listen=("127.0.0.1:0",), **top):
        config = configuration(folder / "mail", user=NOBODY, **top)
        config["listener"][0]["listen"] = list(listen)
        return self.enterContext(QuothServer(config=config, tmpdir=folder))

    def test_every_thread_is_nobody_and_mail_is_stored(self):
        folder = self.folder_of_nobody()
        server = self.server(folder, threads=3)
        self.assert_serves(server)
        person = pwd.getpwnam(NOBODY)
        threads = status(server.process.pid)
        self.assertGreater(len(threads), 3)
        for thread in threads:
            self.assertEqual(thread["Uid"].split(), [str(person.pw_uid)] * 4)
            self.assertEqual(thread["Gid"].split(), [str(person.pw_gid)] * 4)
            groups = {group.gr_gid for group in grp.getgrall() if NOBODY in group.gr_mem}
            self.assertEqual({int(group) for group in thread["Groups"].split()},
                             groups | {person.pw_gid})
            for capabilities in ("CapPrm", "CapEff", "CapAmb"):
                self.assertEqual(int(thread[capabilities], 16), 0)
            self.assertEqual(thread["NoNewPrivs"].strip(), "1")
        for file in (folder / "mail").rglob("*"):
            self.assertEqual(file.stat().st_uid, person.pw_uid)
        self.assertNotIn("runs as root", server.log())

    def test_what_root_alone_can_bind_is_bound_before(self):
        port = low_port()
        server = self.server(self.folder_of_nobody(), [f"127.0.0.1:{port}"])
        self.assertEqual(server.port, port)
        self.assert_serves(server)

    def test_a_unix_socket_belongs_to_the_user_and_goes_with_the_server(self):
        folder = self.folder_of_nobody()
        path = folder / "smtp.sock"
        server = self.server(folder, [f"unix:{path}"])
        self.assertEqual(path.stat().st_uid, pwd.getpwnam(NOBODY).pw_uid)
        with SmtpWire(str(path)) as wire:
            wire.greet()
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(path.exists())

    def test_the_command_line_has_the_last_word(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "quoth.toml").write_text('user = "nobody"\n')
            done = serve("there-is-no-such-user", folder, "--config", "quoth.toml")
        self.assertEqual(done.returncode, EX_CONFIG)
        self.assertIn("there is no user `there-is-no-such-user`", done.stderr)
        self.assertIn("useradd", done.stderr)

    def test_root_is_no_user_to_become(self):
        with tempfile.TemporaryDirectory() as folder:
            done = serve("root", folder)
        self.assertEqual(done.returncode, EX_CONFIG)
        self.assertIn("who is root", done.stderr)

    def test_a_folder_that_is_not_the_users_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            server = QuothServer(config=configuration(f"{folder}/mail", user=NOBODY))
            with self.assertRaisesRegex(AssertionError, "ended with 77"), server:
                pass
            done = serve(NOBODY, folder)  # ./mail
        self.assertEqual(done.returncode, EX_NO_PERMISSION)
        self.assertIn("the user `nobody` cannot store mail in ./mail", done.stderr)
        self.assertIn("install -d -o nobody", done.stderr)


@unittest.skipUnless(is_root, "only root can become another user")
@unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
class SecretsOfTheService(RolesCase):
    """Certificates and users of a submission listener, which root owns and the service reads."""

    def prepare(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "mail").mkdir()
        self.group = grp.getgrgid(pwd.getpwnam(NOBODY).pw_gid)
        os.chown(folder, 0, self.group.gr_gid)
        os.chmod(folder, 0o770)  # for the ready file
        shutil.chown(folder / "mail", NOBODY)
        make_certificate(folder)
        subprocess.run([binary(), "passwd", "add", "ann", "--file", folder / "users", "--hash",
                        "bcrypt", "--cost", "5"], input=PASSWORD, check=True, timeout=60,
                       capture_output=True)
        for name in ("key.pem", "users"):
            os.chmod(folder / name, 0o640)
            os.chown(folder / name, 0, self.group.gr_gid)
        return folder

    def server_of(self, folder):
        config = configuration(folder / "mail", user=NOBODY)
        config["tls"] = {"certificate": str(folder / "cert.pem"), "key": str(folder / "key.pem")}
        config["listener"][0].update(name="submission", role="submission", tls="required",
                                     auth={"users": str(folder / "users")})
        return QuothServer(config=config, tmpdir=folder)

    def test_files_of_the_group_are_read(self):
        server = self.enterContext(self.server_of(self.prepare()))
        self.logged_in(server)
        self.assertNotIn("cannot read", server.log())

    def test_a_key_that_root_alone_reads_serves_and_is_warned_of(self):
        folder = self.prepare()
        os.chmod(folder / "key.pem", 0o600)
        server = self.enterContext(self.server_of(folder))
        self.logged_in(server)
        key = folder / "key.pem"
        self.assertIn(f"the user `nobody` cannot read {key}: permission denied", server.log())
        self.assertIn(f"chgrp {self.group.gr_name} {key}; chmod 640 {key}", server.log())
        self.assertNotIn("cert.pem", server.log())

    def test_users_that_root_alone_reads_stop_the_start(self):
        folder = self.prepare()
        os.chmod(folder / "users", 0o600)
        with self.assertRaisesRegex(AssertionError, "chmod 640 .*/users") as failed, \
                self.server_of(folder):
            pass
        self.assertNotIn("passwd add", str(failed.exception))


class WhoItRunsAs(QuothCase):
    def test_no_new_privileges_whoever_it_is(self):
        server = self.serve()
        for thread in status(server.process.pid):
            self.assertEqual(thread["NoNewPrivs"].strip(), "1")

    @unittest.skipUnless(is_root, "for root alone")
    def test_root_is_warned_of(self):
        self.assertIn("quoth runs as root", self.serve().log())

    @unittest.skipIf(is_root, "for all but root")
    def test_only_root_can_become_another(self):
        with tempfile.TemporaryDirectory() as folder:
            done = serve(NOBODY, folder)
        self.assertEqual(done.returncode, EX_NO_PERMISSION)
        self.assertIn("only root can become the user `nobody`", done.stderr)

    def test_only_root_can_become_another_as_a_child_of_root(self):
        if not is_root:
            self.skipTest("needs root to start as nobody")
        person = pwd.getpwnam("daemon")
        folder = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(folder, 0o755)
        done = subprocess.run([binary(), "serve", "--user", NOBODY], cwd=folder, text=True,
                              capture_output=True, timeout=60, user=person.pw_uid,
                              group=person.pw_gid, extra_groups=[])
        self.assertEqual(done.returncode, EX_NO_PERMISSION, done.stderr)
        self.assertIn("only root can become the user `nobody`", done.stderr)


if __name__ == "__main__":
    unittest.main()
