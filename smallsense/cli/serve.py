"""`smallsense serve`: the language server."""

from __future__ import annotations

import click

from smallsense.cli.main import Failure


@click.command()
@click.option("--stdio", is_flag=True, help="Serve on standard input and output (the default).")
@click.option("--tcp", metavar="HOST:PORT", help="Serve one client over TCP, for debugging.")
def serve(stdio: bool, tcp: str | None) -> None:
    """Run the language server on standard input and output."""
    if tcp is None:
        from smallsense.server.stdio import serve_stdio

        serve_stdio()
        return
    if stdio:
        raise click.UsageError("--stdio and --tcp exclude each other")
    host, port = _address(tcp)
    from smallsense.server.app import serve_tcp

    try:
        serve_tcp(host, port)
    except OSError as error:
        raise Failure(f"cannot listen on {tcp}: {error.strerror or error}") from error


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--tcp needs HOST:PORT, as 127.0.0.1:2087, not {text!r}")
    return host.strip("[]") or "127.0.0.1", int(port)
