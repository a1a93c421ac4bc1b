"""Twenty children, each too short to be seen by a look from outside every now and then."""

import subprocess

from own_peak import print_own_peak

held = bytearray(b"x") * 20_000_000
for _ in range(20):
    subprocess.run(["true"], check=True)
print_own_peak()
