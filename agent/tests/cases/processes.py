"""Children however they are made, other programs, sudden ends, and readers."""
import os
import random
import signal
import subprocess
import tempfile

from registry import Skip, once, test
from runs import AGENT, BUILD, MIB, WORK, Run, program, same


@test
def forks(python):
    for run in same(python, "forks.py", stderr=False): # it warns of fork with threads, by pid
        # the process, its child, grandchild, five from threads; the one that only calls exec may have one
        stayed = [s for s in run.streams if "execed" not in s.flags]
        assert len(stayed) == 8, [s.summary() for s in run.streams]
        for stream in stayed:
            assert "clean-exit" in stream.flags, stream.flags
            assert (stream.origin == 1) == (stream.pid != run.process.pid)
        children = [s for s in stayed if s.origin == 1]
        assert all(s.inherited_heap > MIB for s in children), [s.inherited_heap for s in children]


@test
def multiprocessing_and_subprocess(python):
    for run in same(python, "processes.py", stderr=False):
        pids = {s.pid for s in run.streams}
        assert len(pids) >= 9, len(pids)
        assert not any(s.command[0].endswith(b"sh") for s in run.streams)


@test
def exec_images(python):
    for run in same(python, "execs.py"):
        mine = sorted((s for s in run.streams if s.pid == run.process.pid), key=lambda s: s.path)
        assert len(mine) == 3, len(mine)
        assert ["execed" in s.flags for s in mine] == [True, True, False]
        assert "clean-exit" in mine[2].flags and mine[0].hwm_bytes > 4_000_000


@test
def bare_children(python):
    """They share the window of their parent's file, and must not write there."""
    code = ("import ctypes, sys; lib = ctypes.CDLL(sys.argv[1]); x = [[i] for i in range(9999)]; print([lib.bare_child() for _ in range(20)])\n"
            "y = bytearray(1234567)")
    run = Run([python.path, "-c", code, os.path.join(BUILD, "storm.so")], mean=512)
    assert run.code == 0 and run.out == f"{[7] * 20}\n".encode(), (run.out, run.err)
    assert "clean-exit" in run.stream().flags
    sizes = [a.bytes for a in run.stream().of("ALLOC")]
    assert 3000000 not in sizes and any(1234567 <= n <= 1234580 for n in sizes), sizes[-20:]


@test
def killed_at_random(python):
    for _ in range(3):
        run = Run([python.path, program("endless.py")], mean=4096, kill=random.uniform(0, 0.4))
        assert run.code == -signal.SIGKILL
        assert "clean-exit" not in run.stream().flags and run.stream().of("ALLOC")


@once
def passive_without_python(python):
    run = Run(["/bin/sh", "-c", "echo hi; ls / > /dev/null; exec ls -d /"])
    assert run.code == 0 and not run.streams and run.out == b"hi\n/\n" and not run.err


READER = """import os, sys
print("up", flush=True)
for pid in sys.stdin:
    try:
        os.close(os.open(f"/proc/{pid.strip()}/mem", os.O_RDONLY))
        print("read", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
"""
TARGET = """import os, sys
print(os.getpid(), flush=True)
if os.fork() == 0:
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    os._exit(0)
sys.stdin.readline()
os.wait()
"""


@once
def reader_that_is_no_parent(python):
    """With Yama's ptrace_scope at 1 only ancestors may read a process, and whom it names itself."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as file:
            scope = file.read().strip()
    except OSError:
        scope = "none"
    if scope != "1":
        raise Skip(f"needs Yama's ptrace_scope at 1, it is {scope}")
    where = tempfile.mkdtemp(dir=WORK)
    os.chmod(WORK, 0o711)
    os.chmod(where, 0o777)
    user = (lambda: os.setuid(65534)) if os.geteuid() == 0 else None
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=user, text=True, cwd="/")
    answers = []
    for named in (False, True):
        reader = subprocess.Popen([python.path, "-c", READER], **pipes)
        reader.stdout.readline()
        env = dict(os.environ, LD_PRELOAD=AGENT, HIGHWATER_DIR=where, **({"HIGHWATER_PTRACER": str(reader.pid)} if named else {}))
        target = subprocess.Popen([python.path, "-c", TARGET], env=env, **pipes)
        pids = [target.stdout.readline() for _ in range(2)]
        said, _ = reader.communicate("".join(pids), timeout=60)
        target.communicate("\n\n", timeout=60)
        answers.append(said.split())
    assert answers == [["PermissionError"] * 2, ["read"] * 2], answers
