"""Starts the harness:  python3 -I -S -B -X utf8 /harness/harness.py   (runner.py says what it does)

Nothing but the start is here: Python compiles a script anew at every start, modules only where no cached
bytecode lies beside them."""

import sys

sys.path.insert(0, __file__.rpartition("/")[0] or ".")
import runner

del sys.path[0]
if __name__ == "__main__":
    runner.main()
