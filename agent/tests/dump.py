"""Reads an agent's stream, checks every promise of wire.h, and lists what it holds.

usage: dump.py [--quiet] FILE...

Written from the comments in wire.h alone and sharing no code with the agent: where the two
disagree, one of them is wrong. Also a module: load(path) gives a Stream for the tests.

Records are named tuples, one type for each kind, and the loop over them is flat and long: tests read
streams of millions of records.
"""
import gc
import struct
import sys
from collections import namedtuple

HEADER = struct.Struct("<8sIIQQQIIIIQIIQQQQQQ")
HEAD = struct.Struct("<BBHI")
DOMAINS = {1: "malloc", 2: "calloc", 3: "python", 4: "mmap", 5: "mmap-file", 6: "big-python", 7: "mmap-shared"}
MAPPINGS = (4, 5, 7)
REASONS = {1: "periodic", 2: "new-high", 3: "before-free", 4: "at-exit"}
NOTES = {0: "text", 1: "unsupported-python", 2: "layout-refused", 3: "foreign-allocator",
         4: "debug-hooks", 5: "pymalloc-off", 6: "free-threaded", 7: "write-stopped", 8: "no-native-stacks",
         9: "maps-itself"}
FLAGS = ["clean-exit", "disk-full", "ceiling", "no-stacks", "no-python-hooks", "is-python", "execed", "records-all"]
AREAS = ["data", "heaps", "blocks", "arenas", "mapped", "stacks", "agent", "other"]
UNKNOWN = 2**64 - 1
FROM_REALLOC = 0x80
HIDDEN = ("kind", "flag", "thread", "offset")  # of a record: where it stands, and its head


def record_type(kind, fields):
    return namedtuple(kind, " ".join(HIDDEN) + " " + fields)


Alloc = record_type("ALLOC", "time address bytes weight stack mean domain from_realloc")
Free = record_type("FREE", "time address from_realloc")
Unmap = record_type("UNMAP", "time address bytes from_realloc")
Stack = record_type("STACK", "id parent code line")
NativeStack = record_type("STACK", "id parent code line place")
Code = record_type("CODE", "id file name first_line")
Module = record_type("CODE", "id file build_id")
Thread = record_type("THREAD", "time tid name")
Snapshot = record_type("SNAPSHOT", "time virtual resident shared hwm heap_live python_live arenas mapped stack "
                       "python_held allocated heap_grown reason")
Note = record_type("NOTE", "time note text")
Mean = record_type("MEAN", "time mean")
Exit = record_type("EXIT", "time hwm user_us system_us minor_faults major_faults")
Resident = record_type("RESIDENT", "time address bytes resident")
Areas = record_type("AREAS", "time reserved resident untouched trimmable huge")
Failed = record_type("FAILED", "time bytes virtual resident data virtual_limit data_limit stack domain")

# What each kind begins with, head included: the least size of its records.
LAYOUTS = {1: ("ALLOC", "<BBHIQQQQII"), 2: ("FREE", "<BBHIQQ"), 3: ("UNMAP", "<BBHIQQQ"), 4: ("STACK", "<BBHIIIIi"),
           5: ("CODE", "<BBHIIIHHI"), 6: ("THREAD", "<BBHIQIHH"), 7: ("SNAPSHOT", "<BBHI9QIIQQQ"), 8: ("NOTE", "<BBHIQHHHH"),
           9: ("MEAN", "<BBHIQQ"), 10: ("EXIT", "<BBHI6Q"), 11: ("RESIDENT", "<BBHIQQQQ"),
            12: ("AREAS", "<BBHI20Q"), 13: ("FAILED", "<BBHI7QII")}
KINDS = {number: (name, struct.Struct(layout)) for number, (name, layout) in LAYOUTS.items()}
ALLOC, FREE, THREAD = 1, 2, 6
UNTIMED = ("STACK", "CODE")


class Broken(Exception):
    pass


def broken(what, offset):
    raise Broken(f"{what} (at offset {offset})")


def need(condition, what, offset):
    if not condition:
        broken(what, offset)


class Stream:
    def __init__(self, path, data):
        self.path, self.data = path, data
        self.records, self.codes, self.stacks, self.threads, self.notes = [], {}, {}, {}, []
        self.modules, self.offsets = set(), {}  # ids of codes that are ELF files; of stacks that are native calls
        self.live, self.unmatched_frees, self.reused = {}, 0, 0
        self.has_areas = False
        self.read_header()
        self.read_records()
        self.by_kind = {}
        for record in self.records:
            self.by_kind.setdefault(record.kind, []).append(record)

    def read_header(self):
        need(len(self.data) >= 4096, "file shorter than its header", 0)
        (magic, self.version, header_bytes, self.committed, self.start, self.start_realtime, self.pid,
         self.parent_pid, self.page_bytes, self.python_version, self.first_mean, self.flag_bits, self.origin,
         self.hwm_bytes, self.hwm_time, self.agent_bytes, self.dropped, self.mean,
         self.inherited_heap) = HEADER.unpack_from(self.data)
        need(magic == b"HWSTREAM", f"magic {magic!r}", 0)
        need(self.version == 1 and header_bytes == 4096, "version or header size", 8)
        need(4096 <= self.committed <= len(self.data), f"committed {self.committed}", 16)
        need(self.committed % 8 == 0, "committed is no multiple of 8", 16)
        need(not any(self.data[120:256]), "reserved bytes are not zero", 120)
        need(self.data[4095] == 0, "command is not terminated", 4095)
        self.flags = {name for bit, name in enumerate(FLAGS) if self.flag_bits >> bit & 1}
        self.command = self.data[256:4096].rstrip(b"\0").split(b"\0")

    def read_records(self):
        data, end, at = self.data, self.committed, 4096
        records, live, stacks, threads, new = self.records, self.live, self.stacks, self.threads, tuple.__new__
        unpack_head, unpack_alloc, unpack_free = HEAD.unpack_from, KINDS[ALLOC][1].unpack_from, KINDS[FREE][1].unpack_from
        readers = {number: (name, fields, getattr(self, "read_" + name.lower())) for number, (name, fields) in KINDS.items()
                   if number not in (ALLOC, FREE)}
        last_time = self.start
        while at < end:
            if end - at < 8:
                broken("a record is cut", at)
            kind, flag, size, thread = unpack_head(data, at)
            if size % 8 or size < 8:
                broken(f"record of size {size}", at)
            if at + size > end:
                broken("a record passes the committed end", at)
            time = last_time
            if kind == ALLOC:
                if size < 48:
                    broken(f"ALLOC of size {size}", at)
                _, _, _, _, time, address, nbytes, weight, stack, mean = unpack_alloc(data, at)
                domain = flag & 15
                if domain not in DOMAINS or flag & 0x70:
                    broken(f"domain {flag}", at)
                if stack and stack not in stacks:
                    broken(f"stack {stack} is not known", at)
                if weight != nbytes if mean == 0 else weight == 0:
                    broken("weight", at)
                if address == 0:
                    broken("an ALLOC at 0", at)
                record = new(Alloc, ("ALLOC", flag, thread, at, time, address, nbytes, weight, stack, mean, DOMAINS[domain],
                                     flag >= FROM_REALLOC))
                records.append(record)
                if domain not in MAPPINGS:
                    if address in live:
                        self.reused += 1
                    live[address] = record
            elif kind == FREE:
                if size < 24:
                    broken(f"FREE of size {size}", at)
                _, _, _, _, time, address = unpack_free(data, at)
                if flag not in (0, FROM_REALLOC):
                    broken(f"flag {flag}", at)
                if live.pop(address, None) is None:
                    self.unmatched_frees += 1
                records.append(new(Free, ("FREE", flag, thread, at, time, address, flag != 0)))
            elif kind in readers:
                name, fields, read = readers[kind]
                if size < fields.size:
                    broken(f"{name} of size {size}", at)
                record = read((name, flag, thread, at), size, fields.unpack_from(data, at)[4:])
                records.append(record)
                if name not in UNTIMED:
                    time = record.time
            if time < last_time:
                broken("time runs backwards", at)
            if thread and thread not in threads and kind in KINDS:
                broken(f"thread {thread} is not known", at)
            last_time = time
            at += size
        self.last_time = last_time

    def text(self, at, length, size, start, what):
        end = at + length
        need(end <= start + size, f"{what} passes its record", at)
        return self.data[at:end].decode("utf-8")

    def padding(self, used, start, size):
        need(size - used < 8 and not any(self.data[start + used:start + size]), "padding", start)

    def read_unmap(self, head, size, fields):
        time, address, nbytes = fields
        need(address % self.page_bytes == 0 and nbytes % self.page_bytes == 0 and nbytes > 0, "unmapped range", head[3])
        return Unmap(*head, time, address, nbytes, bool(head[1] & FROM_REALLOC))

    def read_stack(self, head, size, fields):
        _, flag, _, at = head
        ident, parent, code, line = fields
        if ident != len(self.stacks) + 1:
            broken(f"stack id {ident} after {len(self.stacks)}", at)
        if code not in self.codes:
            broken(f"code {code} is not known", at)
        need(parent < ident, "a parent after its child", at)
        need(line == -1 or line >= 1, "a line", at)
        need(flag in (0, 1), "flag of a stack", at)
        need(flag == (code in self.modules), "native, or in a module, and not both", at)
        self.stacks[ident] = (parent, code, line)
        if flag == 0:
            return Stack(*head, ident, parent, code, line)
        need(size >= 32 and line == -1, "a native call", at)
        place = self.offsets[ident] = struct.unpack_from("<Q", self.data, at + 24)[0]
        return NativeStack(*head, ident, parent, code, line, place)

    def read_code(self, head, size, fields):
        _, flag, _, at = head
        ident, first, file_bytes, name_bytes, pad = fields
        need(ident == len(self.codes) + 1, f"code id {ident} after {len(self.codes)}", at)
        need(file_bytes <= 4000 and name_bytes <= 4000 and pad == 0, "lengths of a code", at)
        file = self.text(at + 24, file_bytes, size, at, "file")
        name = self.text(at + 24 + file_bytes, name_bytes, size, at, "name")
        self.padding(24 + file_bytes + name_bytes, at, size)
        need(flag in (0, 1), f"flag {flag} of a code", at)
        self.codes[ident] = (file, name, first)
        if flag == 0:
            return Code(*head, ident, file, name, first)
        self.modules.add(ident)
        need(first == 0 and len(name) % 2 == 0 and not set(name) - set("0123456789abcdef"), f"build-id {name}", at)
        return Module(*head, ident, file, name)

    def read_thread(self, head, size, fields):
        _, _, thread, at = head
        time, tid, name_bytes, _ = fields
        need(thread == len(self.threads) + 1, f"thread {thread} after {len(self.threads)}", at)
        name = self.data[at + 24:at + 24 + name_bytes].decode("utf-8", "replace")
        self.padding(24 + name_bytes, at, size)
        self.threads[thread] = (tid, name)
        return Thread(*head, time, tid, name)

    def read_snapshot(self, head, size, fields):
        *counts, stack, pad, python_held, allocated, heap_grown = fields
        _, flag, _, at = head
        need(flag in REASONS and pad == 0, f"reason {flag}", at)
        need(stack == 0 or stack in self.stacks, "stack of a snapshot", at)
        return Snapshot(*head, *counts, stack, python_held, allocated, heap_grown, REASONS[flag])

    def read_note(self, head, size, fields):
        _, flag, _, at = head
        time, length = fields[:2]
        need(flag in NOTES, f"note {flag}", at)
        text = self.text(at + 24, length, size, at, "note")
        self.padding(24 + length, at, size)
        self.notes.append((NOTES[flag], text))
        return Note(*head, time, NOTES[flag], text)

    def read_mean(self, head, size, fields):
        need(fields[1] > 0, "mean of zero", head[3])
        return Mean(*head, *fields)

    def read_exit(self, head, size, fields):
        need(head[3] + size == self.committed, "records after EXIT", head[3])
        return Exit(*head, *fields)

    def read_resident(self, head, size, fields):
        record = Resident(*head, *fields)
        need(record.resident <= record.bytes, "more resident than there is", head[3])
        return record

    def read_areas(self, head, size, fields):
        need(head[1] in (0, 1), f"flag {head[1]} of areas", head[3])
        need(head[1] == 0 or self.has_areas, "areas in part, of none before", head[3])
        self.has_areas = True
        reserved, resident = (dict(zip(AREAS, half)) for half in (fields[1:9], fields[9:17]))
        for area in AREAS:
            need(resident[area] <= reserved[area], f"more resident than there is of {area}", head[3])
        trimmable = None if fields[18] == UNKNOWN else fields[18]
        need(trimmable is None or trimmable <= resident["heaps"], "more to give back than there is", head[3])
        huge = None if fields[19] == UNKNOWN else fields[19]
        need(huge is None or huge <= sum(resident.values()), "more in huge pages than there is", head[3])
        return Areas(*head, fields[0], reserved, resident, fields[17], trimmable, huge)

    def read_failed(self, head, size, fields):
        *counts, stack, pad = fields
        domain = head[1] & 15
        need(domain in DOMAINS and not head[1] & 0x70 and pad == 0, f"domain {head[1]}", head[3])
        need(counts[1] > 0, "a request for nothing", head[3])
        need(stack == 0 or stack in self.stacks, "stack of a request", head[3])
        return Failed(*head, *counts, stack, DOMAINS[domain])

    def of(self, kind):
        return self.by_kind.get(kind, [])

    def frames(self, stack):
        """[(file, name, line)] of Python, outermost first."""
        out = []
        while stack:
            parent, code, line = self.stacks[stack]
            if stack not in self.offsets:
                out.append((self.codes[code][0], self.codes[code][1], line))
            stack = parent
        return out[::-1]

    def calls(self, stack):
        """[(path, build-id, offset)] of native code inside the innermost line of Python, outermost first."""
        out = []
        while stack in self.offsets:
            parent, code, _ = self.stacks[stack]
            out.append((self.codes[code][0], self.codes[code][1], self.offsets[stack]))
            stack = parent
        return out[::-1]

    def summary(self):
        allocs = self.of("ALLOC")
        return (f"{self.path}: pid {self.pid} python {self.python_version:#x} records {len(self.records)} "
                f"allocs {len(allocs)} weight {sum(a.weight for a in allocs)} live {len(self.live)} "
                f"stacks {len(self.stacks)} codes {len(self.codes)} threads {len(self.threads)} "
                f"snapshots {len(self.of('SNAPSHOT'))} hwm {self.hwm_bytes} agent {self.agent_bytes} "
                f"dropped {self.dropped} mean {self.mean} flags {','.join(sorted(self.flags)) or '-'} "
                f"notes {self.notes}")


def load(path):
    """Records hold no cycles; to look for some among millions takes as long as all the rest."""
    with open(path, "rb") as file:
        data = file.read()
    was_on = gc.isenabled()
    gc.disable()
    try:
        return Stream(path, data)
    finally:
        if was_on:
            gc.enable()


def word(value):
    if isinstance(value, dict):
        return ",".join(str(v) for v in value.values())
    return value if value != UNKNOWN else "unknown"


def show(stream):
    print(f"header committed={stream.committed} start={stream.start} realtime={stream.start_realtime} "
          f"pid={stream.pid} parent={stream.parent_pid} page={stream.page_bytes} "
          f"python={stream.python_version:#010x} first_mean={stream.first_mean} "
          f"flags={','.join(f for f in FLAGS if f in stream.flags) or '-'} origin={stream.origin} "
          f"hwm={stream.hwm_bytes}@{stream.hwm_time} agent={stream.agent_bytes} dropped={stream.dropped} "
          f"mean={stream.mean} inherited={stream.inherited_heap} command={stream.command}")
    for r in stream.records:
        body = " ".join(f"{k}={word(v)}" for k, v in r._asdict().items() if k not in HIDDEN)
        print(f"{r.kind} thread={r.thread} {body}")


def main(arguments):
    quiet = "--quiet" in arguments
    for path in (a for a in arguments if a != "--quiet"):
        stream = load(path)
        print(stream.summary()) if quiet else show(stream)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Broken as error:
        sys.exit(f"broken stream: {error}")
