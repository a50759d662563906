"""What the security tests share: a listener with other settings, the log, the counters."""

import signal

import mail_files
from log_lines import events
from quoth_case import QuothCase
from quoth_process import configuration
from waiting import wait_until

LOG_SECONDS = 10


class SecurityCase(QuothCase):
    def serve_with(self, *, listener=None, recipients=None, **options):
        """A server whose listener and whose [recipients] have these keys besides the usual ones."""
        config = configuration("mail", **options)
        config["listener"][0].update(listener or {})
        config["recipients"].update(recipients or {})
        return self.serve(config=config)

    def counters(self, server):
        """What the server says of its counters now."""
        before = len(events(server, "server.counters"))
        server.signal(signal.SIGUSR1)
        wait_until(lambda: len(events(server, "server.counters")) > before, LOG_SECONDS,
                   "the counters")
        return events(server, "server.counters")[-1]

    def assert_counted(self, server, defence, times):
        """The defence has acted so often."""
        self.assertEqual(self.counters(server).get(defence, 0), times, defence)

    def assert_defence(self, server, defence, times=1):
        """The defence has acted so often, by the log and by its counter."""
        wait_until(lambda: self.logged(server, defence) >= times, LOG_SECONDS,
                   f"{defence} in the log")
        self.assertEqual(self.logged(server, defence), times)
        self.assert_counted(server, defence, times)

    def logged(self, server, defence):
        return sum(line["defence"] == defence for line in events(server, "defence"))

    def assert_no_defence(self, server):
        """None has acted so far."""
        counters = self.counters(server)
        self.assertLessEqual(set(counters), {"ts", "lvl", "ev", "server", "connections"}, counters)
        self.assertEqual(events(server, "defence"), [])

    def stored_one(self, server):
        """The path of the only file that was delivered."""
        files = mail_files.delivered(server.mail)
        self.assertEqual(len(files), 1, files)
        return files[0]


__all__ = ["SecurityCase", "events"]
