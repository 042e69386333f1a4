"""Run the stand-in until it is stopped."""

import argparse
import os
import signal
import sys
from dataclasses import asdict

from payments.standin.manners import ApiFault, Lie, Manners
from payments.standin.server import StandIn


def parser() -> argparse.ArgumentParser:
    line = argparse.ArgumentParser(
        prog="python -m payments.standin",
        description="A stand-in for VNPay: no money, bad manners on request.",
    )
    line.add_argument("--port", type=int, required=True)
    line.add_argument("--ipn-url", required=True, help="where the market hears what became of a payment")
    line.add_argument("--tmn", default=os.environ.get("VNPAY_TMN_CODE"), help="default: VNPAY_TMN_CODE")
    line.add_argument(
        "--secret",
        default=os.environ.get("VNPAY_HASH_SECRET"),
        help="default: VNPAY_HASH_SECRET, which ps does not show",
    )
    manners = line.add_argument_group("bad manners (also by POST /control; see payments/standin/manners.py)")
    for name, value in asdict(Manners()).items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            manners.add_argument(option, action="store_true")
        elif isinstance(value, Lie | ApiFault):
            manners.add_argument(option, type=type(value), choices=list(type(value)), default=value)
        else:
            manners.add_argument(option, type=type(value), default=value)
    return line


def main() -> None:
    line = parser()
    options = line.parse_args()
    if not (options.tmn and options.secret):
        line.error("--tmn and --secret are needed, or VNPAY_TMN_CODE and VNPAY_HASH_SECRET")
    manners = Manners(**{name: getattr(options, name) for name in asdict(Manners())})
    standin = StandIn(
        ipn_url=options.ipn_url,
        tmn_code=options.tmn,
        secret=options.secret,
        port=options.port,
        manners=manners,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        standin.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        standin.close()


main()
