"""Reads the program's log, one JSON object a line."""

import json


def events(server, name):
    """The log lines of one event, in order."""
    lines = [json.loads(line) for line in server.log().splitlines(True)
             if line.startswith("{") and line.endswith("\n")]
    return [line for line in lines if line["ev"] == name]
