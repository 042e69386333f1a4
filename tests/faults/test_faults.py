"""A short fire: few checkouts, few kills, the same audit. ``bin/faults`` is the long one."""

import subprocess
import sys

from tests.faults.market import ROOT


def test_nothing_is_lost_and_nothing_happens_twice():
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", "--checkouts", "24", "--kills", "3", "--drain", "120"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "nothing lost, nothing twice" in done.stdout
    assert "killed: " in done.stdout
