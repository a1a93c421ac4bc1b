"""highwater-launch: what the program sees of it, and what it reports."""
import os
import signal
import subprocess

from registry import once
from runs import AGENT, LAUNCH, MIB, WORK, counter


def launched(*arguments, **options):
    status = os.path.join(WORK, f"status-{next(counter)}")
    done = subprocess.run([LAUNCH, "--status", status, *arguments], capture_output=True, timeout=60, **options)
    with open(status) as file:
        return done, [line.split() for line in file.read().splitlines()]


@once
def launcher_reports(python):
    done, lines = launched("--", "/bin/sh", "-c", "echo out; exit 7")
    assert done.returncode == 7 and done.stdout == b"out\n" and not done.stderr
    assert [line[0] for line in lines] == ["launcher", "started", "exited"] and lines[2][1] == "7", lines
    assert len(lines[2]) == 9 and int(lines[0][2]) < int(lines[1][2]) < int(lines[2][2]), lines
    done, lines = launched("--", "/bin/sh", "-c", "kill -ABRT $$")
    assert done.returncode == 134 and lines[2][:2] == ["killed", "6"], lines
    done, lines = launched("--", "/nonexistent")
    assert done.returncode == 127 and lines[2][:2] == ["failed", "2"], lines
    done, lines = launched("--", "/tmp")
    assert done.returncode == 126 and lines[2][:2] == ["failed", "13"], lines
    assert subprocess.run([LAUNCH], capture_output=True).returncode == 2


@once
def launcher_restores_and_forwards(python):
    code = ("import os, signal, sys; print(os.environ.get('LD_PRELOAD'), signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL,"
            " signal.pthread_sigmask(signal.SIG_BLOCK, []), sorted(map(int, os.listdir('/proc/self/fd')))[:-1], os.getpgrp() == os.getpgid(os.getppid()))")
    plain = subprocess.run([python.path, "-c", code], capture_output=True)
    done, _ = launched("--", python.path, "-c", code)
    assert done.stdout == plain.stdout, (done.stdout, plain.stdout)
    done, _ = launched("--preload", AGENT, "--", python.path, "-c", code)
    assert done.stdout.startswith(AGENT.encode()), done.stdout
    done, _ = launched("--preload", AGENT, "--", "/bin/sh", "-c", "echo $LD_PRELOAD", env=dict(os.environ, LD_PRELOAD="/lib/x86_64-linux-gnu/libc.so.6"))
    assert done.stdout.decode().strip().endswith(AGENT + ":/lib/x86_64-linux-gnu/libc.so.6"), done.stdout
    status = os.path.join(WORK, "status-term")
    read, write = os.pipe()
    process = subprocess.Popen([LAUNCH, "--status", status, "--notify", str(write), "--", python.path, "-c",
                                "import signal, sys, time\nsignal.signal(15, lambda *a: sys.exit(42))\nprint('up', flush=True)\ntime.sleep(30)"],
                               stdout=subprocess.PIPE, pass_fds=[write])
    os.close(write)
    assert process.stdout.readline() == b"up\n"
    process.terminate()
    assert process.wait(20) == 42
    process.stdout.close()
    with open(status) as file, os.fdopen(read) as told:
        assert file.read() == told.read()


@once
def launcher_and_signals_to_the_group(python):
    """What the whole group gets, the program gets once; so it does what only its launcher's parent gets."""
    program = ("import signal, sys, time; got = []; signal.signal(15, lambda *a: got.append(1)); print('up', flush=True)\n"
               "end = time.time() + 1.5\nwhile time.time() < end: time.sleep(0.01)\nprint(len(got))")
    middle = ("import signal, subprocess, sys; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True)\n"
              "signal.signal(15, lambda *a: p.terminate()); sys.exit(p.wait())")
    for target, expected in (("group", 1), ("parent", 1), ("launcher", 0), ("orphan", 1)):
        status = os.path.join(WORK, f"status-{next(counter)}")
        process = subprocess.Popen([python.path, "-c", middle, LAUNCH, "--status", status, "--", python.path, "-c", program],
                                   stdout=subprocess.PIPE, start_new_session=True)
        said = sorted(process.stdout.readline() for _ in range(2))
        assert said[1] == b"up\n", said
        launcher = int(said[0])
        if target == "group":
            os.killpg(process.pid, signal.SIGTERM)
        elif target == "parent":
            process.terminate()
        else:
            if target == "orphan":
                process.kill()
                process.wait(20)
            os.kill(launcher, signal.SIGTERM)
        assert int(process.stdout.read()) == expected, (target, expected)
        process.wait(20)
        process.stdout.close()


@once
def launcher_with_ignored_children(python):
    done, lines = launched("--", "/bin/sh", "-c", "exit 7", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert done.returncode == 7 and lines[2][:2] == ["exited", "7"], lines
    done, _ = launched("--", python.path, "-c", "import signal; print(signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN)",
                       preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert done.stdout == b"True\n", done.stdout


def in_terminal(command, typed, until=b"up\r\n"):
    """Runs a command with a terminal of its own; types when it says that it is up."""
    import pty
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    said = b""
    try:
        while True:
            more = os.read(terminal, 1000)
            if until in said + more and until not in said:
                os.write(terminal, typed)
            said += more
            if not more:
                break
    except OSError:
        pass
    os.close(terminal)
    return os.waitpid(pid, 0)[1], said


@once
def launcher_and_the_terminal(python):
    status = os.path.join(WORK, "status-terminal")
    code = ("import sys, time\ntry:\n    print('up', flush=True); time.sleep(20)\n"
            "except KeyboardInterrupt:\n    print('once', flush=True)\n    time.sleep(0.2)\n    sys.exit(9)")
    plain = in_terminal([python.path, "-c", code], b"\x03")
    ours = in_terminal([LAUNCH, "--status", status, "--", python.path, "-c", code], b"\x03")
    assert ours == plain and os.WEXITSTATUS(ours[0]) == 9 and ours[1].count(b"once") == 1, (ours, plain)
    with open(status) as file:
        assert "exited 9" in file.read()


@once
def launcher_is_stopped_and_continued(python):
    """As a shell does it: the whole group is stopped, seen to be stopped, and continued."""
    status = os.path.join(WORK, "status-stop")
    process = subprocess.Popen([LAUNCH, "--status", status, "--", python.path, "-c",
                                "import time\nprint('up', flush=True)\ntime.sleep(0.5)\nprint('end')"],
                               stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout.readline() == b"up\n"
    os.killpg(process.pid, signal.SIGSTOP)
    pid, how = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(how)
    os.killpg(process.pid, signal.SIGCONT)
    assert process.stdout.read() == b"end\n"
    assert process.wait(20) == 0
    process.stdout.close()


@once
def launcher_leaves_resident_size_alone(python):
    ballast = bytearray(300 * MIB)
    ballast[::4096] = b"x" * len(ballast[::4096])
    _, lines = launched("--", "/bin/true")
    assert int(lines[2][5]) < 4096, lines
    del ballast
