"""tools/check-layers must fail on a planted bad include, and name the file, the line, the arrow."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-layers"

GOOD = {
    "include/quoth/smtp/reply.hpp": "#include <string>\n",
    "include/quoth/awaitable.hpp": "#include <boost/asio/awaitable.hpp>\n"
    "#include <boost/asio/io_context.hpp>\n",
    "include/quoth/event.hpp": "#include <quoth/awaitable.hpp>\n#include <quoth/smtp/reply.hpp>\n"
    "#include <quoth/body_sink.hpp>\n",
    "include/quoth/body_sink.hpp": "#include <quoth/awaitable.hpp>\n",
    "src/smtp/reply.cpp": "#include <quoth/smtp/reply.hpp>\n#include <fmt/format.h>\n"
    '#include "core/scan.hpp"\n#include "mail/path.hpp"\n#include "smtp/grammar.hpp"\n',
    "src/delivery/maildir/maildir.cpp": '#include "delivery/maildir/name.hpp"\n'
    '#include "spool/folder.hpp"\n#include <unistd.h>\n',
    "plugins/helo/helo.cpp": '#include "plugins/helo/helo.hpp"\n#include <quoth/event.hpp>\n'
    '#include "plugins/shared/pattern.hpp"\n',
    "apps/quoth/main.cpp": '#include "apps/quoth/config.hpp"\n#include "plugins/helo/helo.hpp"\n'
    '#include "server/start.hpp"\n#include <CLI/CLI.hpp>\n',
}

# Where, what, and what the complaint must name.
BAD = [
    ("src/smtp/bad.cpp", '#include "net/stream.hpp"', "smtp -> net"),
    ("src/smtp/bad.cpp", "#include <boost/asio/buffer.hpp>", "sans-I/O"),
    ("src/smtp/bad.cpp", "#  include <mutex>", "sans-I/O"),
    ("src/smtp/bad.cpp", "#include <quoth/event.hpp>", "smtp -> event"),
    ("src/smtp/bad.cpp", "#include <quoth/awaitable.hpp>", "smtp -> awaitable"),
    ("src/smtp/bad.cpp", "auto now = std::chrono::system_clock::now();", "reads a clock"),
    ("src/mail/bad.cpp", "#include <sys/socket.h>", "sans-I/O"),
    ("src/mail/bad.cpp", '#include "smtp/grammar.hpp"', "mail -> smtp"),
    ("src/core/bad.cpp", '#include "mail/path.hpp"', "core -> mail"),
    ("src/core/bad.cpp", "#include <boost/asio/post.hpp>", "core -> Asio"),
    ("src/event/bad.cpp", '#include "spool/memory.hpp"', "event -> spool"),
    ("src/session/bad.cpp", '#include "delivery/route.hpp"', "session -> delivery"),
    ("src/session/bad.cpp", "#include <boost/asio.hpp>", "all of Asio"),
    ("src/net/bad.cpp", '#include "src/core/scan.hpp"', "start in"),
    ("src/conform/bad.cpp", '#include "smtp/grammar.hpp"', "conform -> smtp"),
    ("src/conform/bad.cpp", "#include <quoth/smtp/reply.hpp>", "conform -> smtp"),
    ("src/bench/bad.cpp", '#include "session/connection.hpp"', "bench -> session"),
    ("src/bench/bad.cpp", '#include "conform/reply.hpp"', "bench -> conform"),
    ("src/server/bad.cpp", '#include "plugins/helo/helo.hpp"', "server -> plugins"),
    ("src/server/bad.cpp", "#include <toml++/toml.h>", "server -> toml++"),
    ("src/newcomer/bad.cpp", "#include <string>", "no arrows"),
    ("include/quoth/bad.hpp", "#include <string>", "no folder"),
    ("include/quoth/server.hpp", '#include "server/listener.hpp"', "public header"),
    ("include/quoth/server.hpp", "#include <boost/asio/io_context.hpp>", "public header"),
    ("include/quoth/server.hpp", "#include <fmt/format.h>", "public header"),
    ("plugins/bad/bad.cpp", '#include "event/chain.hpp"', "plugins -> event"),
    ("plugins/bad/bad.cpp", '#include "plugins/helo/helo.hpp"', "the plugin itself"),
    ("apps/quoth/bad.cpp", '#include "session/session.hpp"', "apps -> session"),
]


def check(files):
    """Runs the checker over a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return subprocess.run(
            [sys.executable, CHECKER, "--root", folder], capture_output=True, text=True, check=False
        )


class CheckLayers(unittest.TestCase):
    def test_good_tree_passes(self):
        result = check(GOOD)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_planted_include_fails(self):
        for name, line, complaint in BAD:
            with self.subTest(file=name, line=line):
                result = check({**GOOD, name: f"// Planted.\n{line}\n"})
                self.assertEqual(result.returncode, 1)
                where = f"{name}:1:" if complaint in ("no arrows", "no folder") else f"{name}:2:"
                self.assertIn(where, result.stdout)
                self.assertIn(complaint, result.stdout)

    def test_arrows_of_cmake_must_be_equal(self):
        result = check({**GOOD, "CMakeLists.txt": "quoth_layer(core)\nquoth_layer(mail DEPENDS smtp)\n"})
        self.assertEqual(result.returncode, 1)
        self.assertIn("the arrows of mail differ", result.stdout)

    def test_empty_tree_fails(self):
        self.assertEqual(check({"README.md": "Nothing here.\n"}).returncode, 1)


if __name__ == "__main__":
    unittest.main()
