"""A small parent beside a larger child: each has a peak of its own."""

import subprocess
import sys

from own_peak import print_own_peak

subprocess.run([sys.executable, "-c", "import time; x = bytearray(b'x') * 60_000_000; time.sleep(0.3)"], check=True)
held = bytearray(b"x") * 9_000_000
print_own_peak()
