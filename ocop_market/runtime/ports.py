"""Ports for the embedded services, below the range that the system hands out by itself."""

import socket

from ocop_market.runtime.problems import Problem

HOST = "127.0.0.1"
POSTGRES_FIRST = 15432
VALKEY_FIRST = 16379
_TRIES = 400


def is_free(port: int) -> bool:
    """Whether a server can listen on this port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def pick(preferred: int | None, first: int) -> int:
    """The preferred port if it is free, else the first free one from ``first`` up."""
    for port in [preferred] if preferred else []:
        if is_free(port):
            return port
    for port in range(first, first + _TRIES):
        if is_free(port):
            return port
    raise Problem(f"No free port between {first} and {first + _TRIES - 1}: end a program that listens there.")
