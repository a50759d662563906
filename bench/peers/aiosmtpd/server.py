#!/usr/bin/python3
"""A server with aiosmtpd that takes every message and keeps none.

usage: server.py --port N [--cert FILE --key FILE]
"""

import argparse
import asyncio
import resource
import ssl

from aiosmtpd.smtp import SMTP

BACKLOG = 1024


class Discard:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        """Offers PIPELINING, which aiosmtpd does not, though it copes with it."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        return "250 2.0.0 Ok"


def tls_of(options):
    if options.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    return context


async def serve(options):
    tls = tls_of(options)

    def protocol():
        return SMTP(Discard(), hostname="aio.example.test", tls_context=tls)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", options.port, backlog=BACKLOG)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
