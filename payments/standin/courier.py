"""Takes notices to the market, again and again until it says 00 or 02."""

import threading
import time
from collections.abc import Mapping

import httpx

from payments.standin import signing
from payments.standin.manners import Lie, Manners
from payments.standin.till import Till

DONE = ("00", "02")
FIRST_WORD = 3.0  # seconds that the buyer waits at most for the market to hear it first
UNKNOWN_REF = "KHONGCODON0001"


class Courier:
    """One per stand-in. Nothing here outlives the process."""

    def __init__(self, till: Till, *, ipn_url: str, secret: str) -> None:
        self.till = till
        self.ipn_url = ipn_url
        self.secret = secret
        self._held: list[Mapping[str, str]] = []
        self._lock = threading.Lock()

    def tell(self, truth: Mapping[str, str], manners: Manners) -> None:
        """Send what the manners make of a statement; waits a moment for the first answer."""
        notices = [words for words in _versions(truth, manners.lie) for _ in range(manners.repeat)]
        if manners.drop:
            self.till.note("dropped", ref=truth["vnp_TxnRef"])
        elif manners.reorder:
            with self._lock:
                self._held += notices
                full = len(self._held) >= manners.reorder
            self.till.note("held", ref=truth["vnp_TxnRef"])
            if full:
                self.release(manners)
        else:
            self._send(notices, manners)

    def release(self, manners: Manners) -> int:
        """Send what was held back, newest first; how many that were."""
        with self._lock:
            notices, self._held = self._held[::-1], []
        self._send(notices, manners)
        return len(notices)

    def _send(self, notices: list[Mapping[str, str]], manners: Manners) -> None:
        heard = threading.Event()
        rounds = [[words] for words in notices] if manners.at_once else [notices]
        for some in rounds:
            threading.Thread(target=self._walk, args=(some, manners, heard), daemon=True).start()
        if rounds and not manners.delay:
            heard.wait(FIRST_WORD)

    def _walk(self, notices: list[Mapping[str, str]], manners: Manners, heard: threading.Event) -> None:
        time.sleep(manners.delay)
        for words in notices:
            for attempt in range(manners.tries):
                if attempt:
                    time.sleep(manners.pause)
                code = self._deliver(words, forge=manners.forge)
                self.till.note("told", ref=words["vnp_TxnRef"], says=words["vnp_ResponseCode"], answer=code)
                heard.set()
                if code in DONE:
                    break

    def _deliver(self, words: Mapping[str, str], *, forge: bool) -> str:
        """One call of the market; its RspCode, or what came instead."""
        query = signing.signed_query("not the secret" if forge else self.secret, words)
        try:
            answer = httpx.get(f"{self.ipn_url}?{query}", timeout=15)
            if answer.status_code != 200:
                return f"HTTP {answer.status_code}"
            return str(answer.json()["RspCode"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            return type(error).__name__


def _versions(truth: Mapping[str, str], lie: Lie) -> list[Mapping[str, str]]:
    """The statements to make instead of the true one, in their order."""
    amount = int(truth["vnp_Amount"])
    match lie:
        case Lie.AMOUNT:
            return [{**truth, "vnp_Amount": str(max(100, amount // 1000 * 100))}]
        case Lie.CURRENCY:
            return [{**truth, "vnp_CurrCode": "USD"}]
        case Lie.REFERENCE:
            return [{**truth, "vnp_TxnRef": UNKNOWN_REF}]
        case Lie.FAILED_AFTER_PAID:
            return [truth, {**truth, "vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"}]
    return [truth]
