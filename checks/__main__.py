"""``./run check``: runs every check, also after one has failed, and exits 1 if any did.

``--fix`` formats first. ``docs --write`` makes the pages of docs/reference out of the code.
"""

import sys

from checks.reference.setting_up import offices_loaded

with offices_loaded():
    # Only now: what the pages are made of needs the offices loaded when it is imported.
    from checks.running import main

    sys.exit(main(sys.argv[1:]))
