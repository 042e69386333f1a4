"""Buys while processes are killed, and then asks whether anything was lost or done twice.

    bin/faults                                  # 300 checkouts
    bin/faults --checkouts 30 --kills 3 --seed 7

Starts a market of its own in a folder of its own, on the loopback address, and ends by itself.
Exit code 1 on any violation; the table says what was done.
"""

import argparse
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.clients import (
    Guest,
    Patience,
    Payment,
    Post,
    TimeIsUp,
    Told,
    WrongAnswer,
    bank_notice,
    deliver,
    purchase,
)
from tests.faults.market import Market

BUYERS, MESSENGERS = 6, 3  # threads
GRACE = 30.0  # seconds
METHODS = ("transfer", "vnpay", "transfer", "vnpay", "cod")


@dataclass
class Run:
    """One run: what is to be done, and what came of it."""

    market: Market
    options: argparse.Namespace
    goods: list[tuple[int, str]]
    form: dict[str, Any]
    chance: random.Random
    until: float  # then nobody begins another purchase; what is begun has GRACE to end
    told: list[Told] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    acknowledged: list[Payment] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    unfinished: int = 0

    def __post_init__(self) -> None:
        self.patience = Patience(self.until + GRACE)
        self.post = Post(random.Random(self.options.seed + 1))
        self._numbers = iter(range(self.options.checkouts))
        self._lock = threading.Lock()

    def _next(self) -> int | None:
        with self._lock:
            return next(self._numbers, None) if time.monotonic() < self.until else None

    def buy(self) -> None:
        while (number := self._next()) is not None:
            begun = time.monotonic()
            try:
                told = self._one(number)
            except TimeIsUp:
                self.unfinished += 1
                return
            self.seconds.append(time.monotonic() - begun)
            self.told.append(told)
            if told.payment:
                self.post.put(told.payment)

    def _one(self, number: int) -> Told:
        method = METHODS[number % len(METHODS)]
        chosen = random.Random(self.options.seed * 1000 + number).sample(self.goods, 2)
        form = self.form | {"payment_method": method, "email": f"khach{number}@faults.example"}
        guest = Guest(self.market.port, self.patience)
        told = purchase(guest, name=f"Khách {number:03}", goods=chosen, form=form)
        guest.connection.close()
        if method == "transfer":
            return Told(told.name, told.code, told.total, bank_notice(told.code, told.total))
        return told

    def carry(self) -> None:
        while True:
            payment = self.post.take()
            if payment is None:
                if self.post.is_closed:
                    return
                time.sleep(0.05)
                continue
            deliver(self.market.port, payment, self.patience)
            self.acknowledged.append(payment)

    def hurt(self) -> None:
        """Spread the kills over the checkouts: the next when its share of them is done."""
        for number in range(self.options.kills):
            share = self.options.checkouts * (number + 0.5) / self.options.kills
            while len(self.told) < share and not self.post.is_closed and time.monotonic() < self.until:
                time.sleep(0.05)
            while not self.post.is_closed and not self.market.kill(self.chance):
                time.sleep(0.1)

    def all(self) -> None:
        buyers = [self._thread(self.buy) for _ in range(BUYERS)]
        others = [self._thread(self.carry) for _ in range(MESSENGERS)] + [self._thread(self.hurt)]
        for thread in buyers:
            thread.join()
        self.post.is_closed = True
        for thread in others:
            thread.join()

    def _thread(self, job: Callable[[], None]) -> threading.Thread:
        def watched() -> None:
            try:
                job()
            except (WrongAnswer, TimeIsUp) as error:
                self.trouble.append(f"{type(error).__name__}: {error}")

        thread = threading.Thread(target=watched, name=job.__name__)
        thread.start()
        return thread


def audited(run: Run) -> Any:
    from tests.faults import audit

    found = audit.Audit()
    audit.hurry()
    end = time.monotonic() + run.options.drain
    while audit.undelivered() and time.monotonic() < end:
        time.sleep(0.5)
    sent = {payment.notice_id: payment for payment in run.acknowledged}
    found.orders(run.told, run.unfinished)
    found.payments(sent.values())
    found.stock()
    found.letters(run.market.data.path / "mail", sum(run.market.killed.values()))
    found.invariants()
    expected = {told.payment.notice_id for told in run.told if told.payment}
    found.require(expected == set(sent), f"{len(expected - set(sent))} payments were never acknowledged")
    missing = run.options.checkouts - len(run.told)
    found.require(missing == 0, f"{missing} checkouts did not come about in the time given")
    found.wrong += run.trouble
    return found


def table(run: Run, found: Any, took: dict[str, float]) -> None:
    rows: list[tuple[str, Any]] = [
        ("checkouts told of an order", len(run.told)),
        ("payments acknowledged", len({payment.notice_id for payment in run.acknowledged})),
        ("notices said, repeats among them", len(run.acknowledged)),
        *((f"killed: {name}", times) for name, times in sorted(run.market.killed.items())),
        *((f"asked again: {what}", times) for what, times in sorted(run.patience.again.items())),
        ("seconds of a purchase, median", f"{statistics.median(run.seconds or [0]):.1f}"),
        ("seconds of a purchase, longest", f"{max(run.seconds or [0]):.1f}"),
        *((f"seconds {what}", f"{seconds:.1f}") for what, seconds in took.items()),
        *found.counts.items(),
    ]
    for name, value in rows:
        say(f"{name:<52}{value:>14}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def options(argv: list[str]) -> argparse.Namespace:
    line = argparse.ArgumentParser(
        prog="bin/faults", description="Buy while processes are killed; then audit."
    )
    line.add_argument("--checkouts", type=int, default=300)
    line.add_argument("--kills", type=int, default=24)
    line.add_argument("--seconds", type=float, default=220, help="for the purchases (default: 220)")
    line.add_argument("--drain", type=float, default=90, help="for the outbox afterwards, in seconds")
    line.add_argument("--seed", type=int, default=random.randrange(10_000))
    return line.parse_args(argv)


def main(argv: list[str]) -> int:
    chosen = options(argv)
    say(f"seed {chosen.seed}")
    took, begun = {}, time.monotonic()
    with Market() as market:
        market.use_from_here()
        from tests.faults import audit

        goods, commune = audit.stocked()
        audit.Audit()  # lets go of this process's connections
        form = {
            "phone": "0905000111",
            "tinh": commune.province_id,
            "xa": commune.pk,
            "thon": "Thôn 2",
            "note": "",
        }
        took["of starting"], begun = time.monotonic() - begun, time.monotonic()
        run = Run(market, chosen, goods, form, random.Random(chosen.seed), begun + chosen.seconds)
        run.all()
        took["of buying under fire"], begun = time.monotonic() - begun, time.monotonic()
        market.recover(90)
        took["until all was up again"], begun = time.monotonic() - begun, time.monotonic()
        found = audited(run)
        took["until the outbox was empty"] = time.monotonic() - begun
        table(run, found, took)
        if found.wrong:
            say(market.said()[-2000:])
    for sentence in found.wrong:
        say(f"WRONG: {sentence[:400]}")
    say("nothing lost, nothing twice" if not found.wrong else f"{len(found.wrong)} violations")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
