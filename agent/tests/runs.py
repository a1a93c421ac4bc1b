"""Programs under the agent, and what their streams hold. The folder with the build is the first argument of the driver."""
import glob
import os
import subprocess
import sys
import tempfile
import threading
import time

import dump

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1])
AGENT = os.path.join(BUILD, "highwater-agent.so")
LAUNCH = os.path.join(BUILD, "highwater-launch")
PRELOAD = os.environ.get("HW_PRELOAD", "LD_PRELOAD")  # another name where the interpreter is an emulator's
WORK = tempfile.mkdtemp(prefix="highwater-agent-test-")
MIB = 1 << 20
counter = iter(range(10**9))
lock = threading.Lock()

# Looks have so much CPU time as 100 s of running give: what they find is tested, on a machine of any speed.
UNHURRIED = {"HIGHWATER_HEAD_START": "100"}


def compiler():
    return os.environ.get("CC", "cc")


class Python:
    def __init__(self, path):
        out = subprocess.check_output([path, "-c", "import sys; print(*sys.version_info[:3])"])
        self.path, self.version = path, tuple(map(int, out.split()))
        self.name = ".".join(map(str, self.version)) + os.environ.get("HW_LABEL", "/system" if path.startswith("/usr") else "")
        self.has_stacks = (3, 9) <= self.version < (3, 15)


class Run:
    """One run under the agent, and its streams, checked."""

    def __init__(self, command, mean=None, maximum=None, env=None, budget=None, preload=AGENT, directory=None, kill=None,
                 timeout=120):
        with lock:
            number = next(counter)
        self.mean = mean
        self.directory = directory or os.path.join(WORK, f"run-{number}")
        if directory is None:
            os.mkdir(self.directory)
        full = dict(os.environ, **{PRELOAD: preload}, HIGHWATER_DIR=self.directory, PYTHONHASHSEED="0", **(env or {}))
        for name, value in (("MEAN", mean), ("MAX_STREAM", maximum), ("BUDGET", budget)):
            if value is not None:
                full["HIGHWATER_" + name] = str(value)
        self.process = subprocess.Popen(command, env=full, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=WORK)
        if kill is not None:
            self.process.stdout.readline()
            time.sleep(kill)
            self.process.kill()
        try:
            self.out, self.err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.out, self.err = self.process.communicate()
            raise AssertionError(f"did not end in {timeout} s: {command}")
        self.code = self.process.returncode
        self.streams = [dump.load(path) for path in sorted(glob.glob(os.path.join(self.directory, "*.hws")))]

    def stream(self):
        mine = [s for s in self.streams if s.pid == self.process.pid]
        assert len(mine) == 1, f"{len(mine)} streams of the process itself"
        return mine[0]


def program(name):
    return os.path.join(HERE, "programs", name)


def same(python, name, *arguments, env=None, means=(4096,), stderr=True, **options):
    """Plain and under the agent: output and exit status must be equal. The runs."""
    command = [python.path, program(name), *arguments]
    plain = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, cwd=WORK,
                           env=dict(os.environ, PYTHONHASHSEED="0", **(env or {})))
    runs = []
    for mean in means:
        run = Run(command, mean=mean, env=env, **options)
        assert run.code == plain.returncode, f"exit {run.code}, plain {plain.returncode}: {run.err[-500:]}"
        assert run.out == plain.stdout, f"output differs: {run.out[-300:]} / {plain.stdout[-300:]}"
        assert not stderr or run.err == plain.stderr, f"stderr differs: {run.err[-300:]}"
        for stream in run.streams:
            refused = [n for n in stream.notes if n[0] == "layout-refused"]
            assert not refused, f"{refused}"
        runs.append(run)
    return runs


def marked(name):
    """{comment: line} of the lines of a program that end with a one-word comment."""
    out = {}
    with open(program(name)) as file:
        for number, line in enumerate(file, 1):
            if "  # " in line and " " not in line.split("  # ")[-1].strip():
                out[line.split("  # ")[-1].strip()] = number
    return out


def on_line(stream, number, name, kind="ALLOC"):
    where = program(name)
    out = []
    for record in stream.of(kind):
        frames = stream.frames(record.stack)
        if frames and frames[-1][0] == where and frames[-1][2] == number:
            out.append(record)
    return out


def within(value, truth, percent, what):
    assert abs(value - truth) <= truth * percent / 100, f"{what}: {value}, truth {truth}"
