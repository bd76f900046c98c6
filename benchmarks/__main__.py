"""`python -m benchmarks` is `python benchmarks/run_all.py`."""

import subprocess
import sys
from pathlib import Path

sys.exit(subprocess.run([sys.executable, str(Path(__file__).with_name("run_all.py")), *sys.argv[1:]]).returncode)
