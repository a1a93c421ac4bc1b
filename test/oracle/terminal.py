"""A terminal with somebody at it: runs a command on a pseudo-terminal of 40 by 97 and does what the steps say.

usage: terminal.py STEPS COMMAND [ARGS]     STEPS: JSON list of ["see", TEXT] or ["type", TEXT] or ["sleep", SECONDS]
Prints JSON: what the terminal showed, and how the command ended.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 60


class Terminal:
    def __init__(self, command):
        self.shown = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            time.sleep(0.1)  # for the size to be set
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 97, 0, 0))

    def look(self, seconds):
        """False once there is nothing more to come."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            more = os.read(self.fd, 65536)
        except OSError:  # EIO: the last process that had it has gone
            return False
        self.shown += more
        return bool(more)

    def see(self, text):
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.shown and time.monotonic() < end:
            if not self.look(0.2):
                break

    def sleep(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.look(0.05):
            pass

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.look(0.2):
            pass
        return os.waitpid(self.pid, 0)[1]


terminal = Terminal(sys.argv[2:])
for action, value in json.loads(sys.argv[1]):
    getattr(terminal, action)(value)
status = terminal.wait()
json.dump(
    {
        "shown": terminal.shown.decode("utf-8", "replace"),
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
    },
    sys.stdout,
)
