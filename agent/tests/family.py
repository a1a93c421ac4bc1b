"""Runs programs/family.c, as built for whatever C library and processor, plain and under an agent: it must not notice,
and each of its blocks must be in its stream once.

usage: family.py [--counted] AGENT COMMAND...    With --counted, what malloc has alive must be known to the byte.
(HW_PRELOAD names the variable that takes the agent, LD_PRELOAD without it.)
"""
import glob
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dump  # noqa: E402

MIB = 1 << 20
SIZES = [1000001, 1000002, 1000003, 1000004, 1000007, 1000009, 1000064]
SMALL, COUNT = 500, 2 * 40000


def run(command, **more):
    return subprocess.run(command, env=dict(os.environ, **more), capture_output=True, stdin=subprocess.DEVNULL, timeout=300)


def check_blocks(stream, maps):
    sizes = sorted(a.bytes for a in stream.of("ALLOC") if 1000000 < a.bytes < MIB)
    assert sizes == SIZES, f"{sizes}"
    assert [a.domain for a in stream.of("ALLOC") if a.bytes == SIZES[1]] == ["calloc"]
    assert [a.bytes for a in stream.of("ALLOC") if a.bytes >= 8 * MIB] == maps
    left = [a for a in stream.live.values() if a.bytes >= 1000000]
    assert not left, f"not seen freed: {left}"


def check_count(stream, must):
    """All but the libraries' own few blocks was freed; where it is not known it is not told."""
    live = stream.of("SNAPSHOT")[-1].heap_live
    assert live < MIB // 4 or (live == dump.UNKNOWN and not must), f"malloc has {live} bytes alive at the end"


def check(agent, command, must_count):
    plain = run(command)
    assert plain.returncode == 5 and not plain.stderr, (plain.returncode, plain.stderr)
    with tempfile.TemporaryDirectory(prefix="highwater-family-") as folder:
        variables = {os.environ.get("HW_PRELOAD", "LD_PRELOAD"): agent, "HIGHWATER_DIR": folder}
        ours = run(command, **variables)
        assert (ours.returncode, ours.stdout, ours.stderr) == (5, plain.stdout, b""), (ours.returncode, ours.stderr, ours.stdout)
        streams = [dump.load(path) for path in glob.glob(os.path.join(folder, "*.hws"))]
    # A process of which nothing was sampled leaves its end all the same: the image that `exec` starts is one.
    worked = [s for s in streams if s.of("ALLOC")]
    first = [s for s in worked if s.origin == 0]
    forked = [s for s in worked if s.origin == 1]
    assert len(first) == 1 and len(forked) == 1, [s.summary() for s in streams]
    assert len(streams) - len(worked) == ("exec" in command), [s.summary() for s in streams]
    assert all("clean-exit" in s.flags and s.dropped == 0 for s in streams), [s.flags for s in streams]
    assert first[0].notes == [("unsupported-python", "3.8.18")], first[0].notes
    check_blocks(first[0], [8 * MIB, 12 * MIB])
    check_blocks(forked[0], [])
    weight = sum(a.weight for a in first[0].of("ALLOC") if a.bytes == SMALL)
    assert abs(weight / (SMALL * COUNT) - 1) < 0.06, f"small blocks: {weight} bytes of {SMALL * COUNT}"  # 5 standard deviations
    check_count(first[0], must_count)
    assert first[0].hwm_bytes > MIB and first[0].of("EXIT")


try:
    words = sys.argv[1:]
    counted = words[0] == "--counted"
    check(os.path.abspath(words[counted]), words[1 + counted:], counted)
except (AssertionError, subprocess.TimeoutExpired) as error:
    print(f"{type(error).__name__}: {str(error)[:600]}")
    sys.exit(1)
