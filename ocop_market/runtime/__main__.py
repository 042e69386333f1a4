"""``python -m ocop_market.runtime``."""

import sys

from ocop_market.runtime.cli import main

sys.exit(main(sys.argv[1:]))
