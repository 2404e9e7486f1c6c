"""`python -m kentongan` is the command `kentongan`."""

import sys

from kentongan.cli import main

sys.exit(main())
