"""stream_codec.py decompress bz2|xz|lzma MEMORY  or  compress bz2|xz|lzma LEVEL: from standard input to standard output.

Only the standard library's own decompressors, over bytes: nothing that comes out is looked at. Called with -I -S. What is wrong
with the stream is told as one line of JSON on standard error, with the byte at which it was noticed.
"""
import json
import sys

PIECE = 256 * 1024
CHUNK = 16 * 1024
WRONG = 1
NO_MODULE = 4
# What an interpreter takes beside the decompressor.
ROOM = 256 * 2**20


def refuse(code, at, what):
    sys.stderr.write("\n%s\n" % json.dumps({"code": code, "at": at, "what": what}))
    sys.exit(WRONG)


def limit_memory(most):
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (most + ROOM, most + ROOM))


def decompressor(codec, memory):
    if codec == "bz2":
        import bz2

        return bz2.BZ2Decompressor()
    import lzma

    kind = lzma.FORMAT_XZ if codec == "xz" else lzma.FORMAT_ALONE
    return lzma.LZMADecompressor(format=kind, memlimit=memory)


class Chunks:
    """The input, and how much of it was read."""

    def __init__(self, file):
        self.file = file
        self.taken = 0

    def read(self):
        chunk = self.file.read(CHUNK)
        self.taken += len(chunk)
        return chunk


def decompress(codec, memory, source, sink):
    """One stream after the other, as BZ2File and LZMAFile read them; what stands behind the last one is left."""
    one = decompressor(codec, memory)
    chunks = Chunks(source)
    data = chunks.read()
    is_first = True
    while True:
        fed_at = chunks.taken - len(data)
        try:
            made = one.decompress(data, PIECE)
        except MemoryError:
            refuse("artifact-refused", fed_at, "a stream compressed with %s that needs too much memory" % codec)
        except Exception as error:  # LZMAError, and OSError for bz2
            if not is_first:
                return
            told = "memory" in str(error).lower()
            code = "artifact-refused" if told else "artifact-damaged"
            refuse(code, fed_at, "the stream compressed with %s cannot be taken apart: %s" % (codec, error))
        sink.write(made)
        if one.eof:
            data = one.unused_data or chunks.read()
            if not data.strip(b"\0"):  # padding between streams of xz
                data = chunks.read()
            if not data:
                return
            one = decompressor(codec, memory)
            is_first = False
            continue
        data = chunks.read() if one.needs_input else b""
        if one.needs_input and not data:
            refuse("artifact-damaged", chunks.taken, "the stream compressed with %s is cut off" % codec)


def compressor(codec, level):
    if codec == "bz2":
        import bz2

        return bz2.BZ2Compressor(level)
    import lzma

    return lzma.LZMACompressor(format=lzma.FORMAT_XZ if codec == "xz" else lzma.FORMAT_ALONE, preset=level)


def compress(codec, level, source, sink):
    one = compressor(codec, level)
    while True:
        data = source.read(PIECE)
        if not data:
            break
        sink.write(one.compress(data))
    sink.write(one.flush())


def main():
    what, codec, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        compressor(codec, 1)
    except ImportError:
        sys.exit(NO_MODULE)
    if what == "compress":
        compress(codec, number, sys.stdin.buffer, sys.stdout.buffer)
    else:
        limit_memory(number)
        decompress(codec, number, sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


main()
