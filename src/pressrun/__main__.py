"""`python -m pressrun` is the same as `pressrun`."""

import sys

from pressrun.cli import main

sys.exit(main())
