"""Fetches Postfix's test programs. Postfix is unpacked, never installed: as a package it would take
the place of a machine's own mail server."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

FETCH_SECONDS = 300
HINT = "Postfix's smtp-source is fetched from Debian: this needs a network and `apt-get update`."
# The packages of Debian 12 that hold the libraries of smtp-source, where they are not installed.
PACKAGE_OF_LIBRARY = {
    "libdb-5.3.so": "libdb5.3",
    "libicuuc.so.72": "libicu72",
    "libicudata.so.72": "libicu72",
    "libnsl.so.2": "libnsl2",
    "libtirpc.so.3": "libtirpc3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libkrb5.so.3": "libkrb5-3",
    "libk5crypto.so.3": "libk5crypto3",
    "libkrb5support.so.0": "libkrb5support0",
    "libkeyutils.so.1": "libkeyutils1",
    "libcom_err.so.2": "libcom-err2",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
}


def cache_folder():
    """Where what is fetched stays: the environment variable QUOTH_PEERS_DIR."""
    folder = os.environ.get("QUOTH_PEERS_DIR")
    if not folder:
        raise RuntimeError("set QUOTH_PEERS_DIR to a folder for Postfix's unpacked test programs")
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


def _run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} failed: {done.stderr}\n{HINT}")
    return done.stdout


def _unpack(package, folder, tree):
    before = set(folder.glob("*.deb"))
    _run(["apt-get", "download", package], cwd=folder)
    for archive in set(folder.glob("*.deb")) - before:
        _run(["dpkg", "-x", archive, tree])


def _environment(tree):
    places = [tree / "usr/lib/postfix", *sorted((tree / "usr/lib").glob("*-linux-gnu*")),
              *sorted((tree / "lib").glob("*-linux-gnu*"))]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, places))}


def _missing_libraries(tree):
    listing = _run(["ldd", tree / "usr/sbin/smtp-source"], env=_environment(tree))
    return re.findall(r"(\S+) => not found", listing)


def _complete(folder, tree):
    """Adds the libraries that the machine lacks, until none is missing."""
    fetched = set()
    while missing := _missing_libraries(tree):
        packages = {PACKAGE_OF_LIBRARY.get(library) for library in missing} - fetched
        if None in packages or not packages:
            raise AssertionError(f"name the packages of {missing} in PACKAGE_OF_LIBRARY")
        for package in sorted(packages):
            _unpack(package, folder, tree)
        fetched |= packages


def smtp_source():
    """(path of smtp-source, environment to run it in); fetched once, then taken from the cache."""
    tree = cache_folder() / "postfix"
    if not (tree / "usr/sbin/smtp-source").exists():
        with tempfile.TemporaryDirectory(dir=cache_folder()) as work:
            fresh = Path(work) / "tree"
            _unpack("postfix", Path(work), fresh)
            _complete(Path(work), fresh)
            _keep(fresh, tree)
    return tree / "usr/sbin/smtp-source", _environment(tree)


def _keep(fresh, tree):
    """Moves the whole tree to its place at once; another run may have been quicker."""
    try:
        fresh.rename(tree)
    except OSError:
        if not (tree / "usr/sbin/smtp-source").exists():
            raise
