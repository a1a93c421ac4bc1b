"""What runs out: memory, disk, descriptors, the file size, the ceiling of the stream, leave to write."""
import os
import subprocess
import tempfile

from dump import UNKNOWN
from registry import Skip, once, test
from runs import MIB, WORK, Run, counter, program, same


@test
def memory_error(python):
    for run in same(python, "limits.py", "as"):
        failed = run.stream().of("FAILED")
        assert failed and all(f.virtual_limit == 400 * MIB and f.data_limit == UNKNOWN for f in failed), failed
        assert all(f.virtual + f.bytes > 398 * MIB for f in failed if f.domain != "mmap"), failed
        assert any(f.bytes >= 3_000_000 for f in failed), failed
        if python.has_stacks:
            lines = {run.stream().frames(f.stack)[-1][2] for f in failed if f.stack}
            assert {12, 20} <= lines, lines


@test
def file_size_limit(python):
    for run in same(python, "limits.py", "fsize", means=(1024,)):
        stream = run.stream()
        if python.has_stacks:
            assert "disk-full" in stream.flags and stream.dropped > 0
            assert ("write-stopped", "EFBIG (RLIMIT_FSIZE)") in stream.notes, stream.notes
        assert "clean-exit" in stream.flags


@test
def descriptors_closed(python):
    for run in same(python, "limits.py", "fds"):
        assert "clean-exit" in run.stream().flags
        assert len(run.stream().of("ALLOC")) > 100


@test
def without_descriptors(python):
    for run in same(python, "nofiles.py", means=(256,), budget=0):
        stream = run.stream()
        assert "clean-exit" in stream.flags and "disk-full" not in stream.flags, stream.summary()
        if python.has_stacks:
            assert stream.dropped > 0
            assert len([a for a in stream.of("ALLOC") if 700_000 <= a.bytes < 700_100]) == 40


@test
def ceiling(python):
    run = same(python, "basic.py", means=(512,), maximum=MIB // 4)[0]
    stream = run.stream()
    assert "ceiling" in stream.flags and stream.dropped > 0 and stream.committed <= MIB // 4, stream.summary()
    assert stream.mean > 512 and stream.of("EXIT") and "clean-exit" in stream.flags, stream.summary()
    assert stream.records[-2].kind == "SNAPSHOT" and stream.records[-2].reason == "at-exit", stream.records[-2]


@once
def unwritable_directory(python):
    for directory in ("/proc/nowhere", "/nonexistent/dir", "relative"):
        run = Run([python.path, program("execs.py"), "3"], directory=directory)
        assert run.code == 0 and run.out == b"image 3\n" and not run.err, (run.err, run.code)


@once
def full_disk(python):
    if os.geteuid() != 0:
        raise Skip("needs root to mount a tmpfs")
    for size in (16, 64, 300, 600):
        where = tempfile.mkdtemp(dir=WORK)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", where], capture_output=True).returncode:
            raise Skip("a tmpfs cannot be mounted here")
        try:
            run = Run([python.path, program("basic.py")], mean=256, directory=where)
            assert run.code == 0, (size, run.code, run.err)
            for stream in run.streams:
                assert "disk-full" in stream.flags and "clean-exit" in stream.flags, stream.summary()
            assert run.streams or size == 16
        finally:
            subprocess.run(["umount", where])


@once
def chroot(python):
    if os.geteuid() != 0:
        raise Skip("needs root")
    run = Run([python.path, program("limits.py"), "chroot", os.path.join(WORK, f"root-{next(counter)}")], mean=1024)
    assert run.code == 0 and run.out == b"100000\n", run.err
    assert ("write-stopped", "ENOENT") in run.stream().notes, run.stream().notes
