"""Everything about its circumstances that a program can see, as JSON on stdout: must be the same with highwater and without."""

import json
import os
import resource
import signal
import sys

LIMITS = ["RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_STACK"]

umask = os.umask(0)
os.umask(umask)


def handled(number):
    handler = signal.getsignal(number)
    return handler.name if isinstance(handler, signal.Handlers) else str(handler)


print(
    json.dumps(
        {
            "argv": sys.argv,
            "orig_argv": getattr(sys, "orig_argv", None),
            "cwd": os.getcwd(),
            "environment": dict(os.environ),
            "umask": umask,
            "nice": os.nice(0),
            "limits": {name: resource.getrlimit(getattr(resource, name)) for name in LIMITS},
            "signals": {s.name: handled(s) for s in signal.valid_signals() if isinstance(s, signal.Signals)},
            "blocked": sorted(int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
            "terminal": [os.isatty(fd) for fd in (0, 1, 2)],
            "group_leader": os.getpgrp() == os.getpid(),
            "session": os.getsid(0),
            "affinity": sorted(os.sched_getaffinity(0)),
            "executable": sys.executable,
            "prefix": sys.prefix,
            "path": sys.path,
        },
        sort_keys=True,
    )
)
