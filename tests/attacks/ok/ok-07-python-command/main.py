"""Python as a whole command: more of its libraries, and processes."""
import sys

what = sys.argv[1]
if what == "numpy":
    import numpy as np
    a = np.random.default_rng(1).normal(size=(200, 200))
    assert np.allclose(np.linalg.inv(a) @ a, np.eye(200), atol=1e-6)
elif what == "pandas":
    import pandas as pd
    frame = pd.DataFrame({"a": [1, 2, 2], "b": [1.0, None, 3.0]})
    assert frame.groupby("a").b.sum().tolist() == [1.0, 3.0]
elif what == "scipy":
    import scipy.linalg
    assert scipy.linalg.norm([3, 4]) == 5
elif what == "sqlite":
    import sqlite3
    with sqlite3.connect("/tmp/legal-base") as base:
        base.execute("create table t(a)")
        base.executemany("insert into t values (?)", [(i,) for i in range(1000)])
    assert sqlite3.connect("/tmp/legal-base").execute("select sum(a) from t").fetchone() == (499500,)
elif what == "subprocess":
    import subprocess
    assert subprocess.run(["sh", "-c", "echo a | tr a b"], capture_output=True, check=True).stdout == b"b\n"
elif what == "fork":
    import os
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
elif what == "zone":
    import datetime
    import zoneinfo
    assert datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).utcoffset().seconds == 7200
print("done")
