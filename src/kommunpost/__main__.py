"""``python -m kommunpost`` is the same as ``kommunpost``."""

import sys

from kommunpost.site.cli import main

sys.exit(main())
