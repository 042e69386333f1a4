"""The virtual environment: made, filled from the locked files, refilled when those change.

Runs on the system's Python before anything is installed, so it needs nothing but the standard
library, and its syntax stays old enough for an old Python to read the sentence that says so.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(VENV, "install.log")
UNFINISHED = os.path.join(VENV, ".unfinished")

# What pip says, and what that means for a person.
PIP_SAYS = (
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded package differs from its recorded hash: check the package index in use.",
    ),
    ("No space left", "The disk is full: free about 500 MB, then run this again."),
    (
        "Connection",
        "The packages cannot be downloaded, the package index does not answer: check the network "
        "or pip's proxy and index settings, then run this again.",
    ),
    (
        "No matching distribution",
        "The package index does not have what this machine needs: check the network "
        "or pip's proxy and index settings, then run this again.",
    ),
)


def stop(message):
    """End with one line."""
    sys.stderr.write(message + "\n")
    sys.exit(1)


def need_python():
    """Go on in a newer Python if this one is too old and another is installed."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    stop(
        "This needs Python 3.11 or newer, and {} is {}.{}: install one, for example "
        "with: sudo apt-get install python3".format(sys.executable, *sys.version_info[:2])
    )


def need_venv_module():
    """Debian keeps ensurepip in a package of its own."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python cannot make virtual environments: sudo apt-get install python{}.{}-venv, "
            "then run this again.".format(*sys.version_info[:2])
        )


def stamp_of(locks):
    """Differs when a locked file, the Python version or the place of the environment changes."""
    total = hashlib.sha256(f"{sys.version_info[:2]} {VENV}".encode())
    for lock in locks:
        with open(os.path.join(ROOT, lock), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def is_filled(locks):
    """Whether the environment holds exactly these locked files."""
    try:
        with open(stamp_path(locks)) as file:
            return file.read() == stamp_of(locks) and os.access(PYTHON, os.X_OK)
    except OSError:
        return False


def stamp_path(locks):
    """One stamp per set of locked files."""
    return os.path.join(VENV, ".filled-" + "-".join(name.replace(".txt", "") for name in locks))


def fill(locks):
    """Make the environment and install; the lock lets two first starts wait for each other."""
    if is_filled(locks):
        return
    try:
        guard = os.open(ROOT, os.O_RDONLY)
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not is_filled(locks):
            make_venv()
            with open(UNFINISHED, "w"):
                pass
            failed = install(locks, guard)
            os.unlink(UNFINISHED)
            if failed:
                stop(failed)
            with open(stamp_path(locks), "w") as file:
                file.write(stamp_of(locks))
        os.close(guard)
    except OSError as error:
        stop(f"Cannot write {VENV} ({error.strerror}): make the folder writable, or free some space.")


def make_venv():
    """A new environment, unless a working one of the right version is there.

    One in which pip was killed is not worked with: a package may be there in part.
    """
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])!r})"
    usable = os.path.exists(PYTHON) and not os.path.exists(UNFINISHED)
    if usable and subprocess.call([PYTHON, "-c", probe], stderr=subprocess.DEVNULL) == 0:
        return
    need_venv_module()
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
        stop(f"The virtual environment {VENV} cannot be made: {said[-1]}")


def install(locks, guard):
    """pip, told to accept only what the locked files name by hash; what went wrong, or nothing.

    pip holds the lock too, so that a next start waits for it even if this process is killed.
    """
    print("Installing packages into .venv (about a minute the first time) …", flush=True)
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check", "--root-user-action=ignore", "--progress-bar=off"]
    for lock in locks:
        command += ["-r", os.path.join(ROOT, lock)]
    with open(LOG, "w") as log:
        code = subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, pass_fds=[guard]
        )
    if code == 0:
        return ""
    with open(LOG, errors="replace") as log:
        said = log.read()
    for sign, meaning in PIP_SAYS:
        if sign in said:
            return f"{meaning} Details: {LOG}"
    return f"The packages could not be installed; details: {LOG}"


def main(locks, arguments):
    """Fill the environment, then become ``python -m ocop_market.runtime …`` in it."""
    need_python()
    try:
        fill(locks)
    except KeyboardInterrupt:
        stop("\nStopped; run it again to go on.")
    os.environ["PYTHONPATH"] = ROOT
    os.execv(PYTHON, [PYTHON, "-m", "ocop_market.runtime", *arguments])
