#!/usr/bin/env python3
"""What testssl.sh finds in both forms of TLS: STARTTLS and implicit. Takes some minutes each.

usage: QUOTH_BINARY=build/release/bin/quoth bench/testssl.py [--kind p256|rsa2048] [--keep FOLDER]

Starts `quoth serve` with a certificate that an authority of its own has signed, which testssl.sh
is told of; prints every finding that is neither OK nor INFO, and ends with 1 if one of them is of
severity MEDIUM or above. Needs the Debian package testssl.sh.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))

from certificates import Authority  # noqa: E402
from quoth_process import QuothServer, binary, configuration  # noqa: E402

QUIET = {"OK", "INFO"}
SERIOUS = {"MEDIUM", "HIGH", "CRITICAL"}
NAME = "localhost"
MOST_SECONDS = 3600


def config_of(folder, kind):
    authority = Authority(folder)
    config = configuration("mail", tls=authority.issue("server", name=NAME, kind=kind).as_toml())
    config["hostname"] = NAME
    config["listener"] = [
        {"name": form, "listen": ["127.0.0.1:0"], "accept": ["local.test"], "tls": form}
        for form in ("starttls", "implicit")]
    return config, authority


def findings(listener, authority, folder, options):
    """What testssl.sh has to say of one listener: a list of its findings."""
    form, report = listener["server"], folder / f"{listener['server']}.json"
    by_starttls = ["-t", "smtp"] if form == "starttls" else []
    with open(folder / f"{form}.txt", "wb") as out:
        subprocess.run(
            ["nice", "testssl", *by_starttls, "--quiet", "--color", "0", "--warnings", "batch",
             "--nodns", "none", "--ip", "127.0.0.1", "--add-ca", authority.certificate,
             "--jsonfile", report, *options, f"{NAME}:{listener['port']}"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=MOST_SECONDS, check=False)
    return json.loads(report.read_text())


def report_on(form, found):
    """Prints what is not fine. @returns how many findings are serious."""
    counts = collections.Counter(each["severity"] for each in found)
    print(f"{form}: " + ", ".join(f"{count} {name}" for name, count in counts.items()), flush=True)
    for each in found:
        if each["severity"] not in QUIET:
            print(f"  {each['severity']} {each['id']}: {each['finding']}", flush=True)
    return sum(counts[name] for name in SERIOUS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=("p256", "rsa2048"), default="p256")
    parser.add_argument("--keep", help="a folder for the whole reports")
    parser.add_argument("options", nargs="*", help="more options of testssl.sh, behind --")
    arguments = parser.parse_args()
    serious = 0
    with tempfile.TemporaryDirectory(prefix="quoth-testssl-") as temporary:
        folder = pathlib.Path(arguments.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):  # testssl.sh does not write over a file
            old.unlink()
        config, authority = config_of(folder, arguments.kind)
        with QuothServer(pathlib.Path(binary()).resolve(), config) as server:
            for listener in server.ready["listeners"]:
                found = findings(listener, authority, folder, arguments.options)
                serious += report_on(listener["server"], found)
    sys.exit(1 if serious else 0)


if __name__ == "__main__":
    main()
