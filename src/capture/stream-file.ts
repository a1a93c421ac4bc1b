// Streams on disk: read in chunks into one buffer, so that a capture of any size needs the same memory.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fail, messageOf, ok, type Result } from '#base/result.ts';
import { parseStreamHeader, RecordReader, type RecordVisitor, STREAM_HEADER_BYTES, type StreamHeader } from './wire.ts';

const CHUNK = 1 << 20;
/** The largest record: its size is a multiple of 8 in 16 bits. */
const LONGEST_RECORD = 65528;

export function readStreamHeader(path: string): Result<StreamHeader> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    return fail('stream-unreadable', `cannot open the stream ${path}`, messageOf(error));
  }
  try {
    const bytes = new Uint8Array(STREAM_HEADER_BYTES);
    const got = readSync(fd, bytes, 0, bytes.length, 0);
    return parseStreamHeader(bytes.subarray(0, got));
  } catch (error) {
    return fail('stream-unreadable', `cannot read the stream ${path}`, messageOf(error));
  } finally {
    closeSync(fd);
  }
}

export interface StreamEnd {
  /** Bytes that were read as records. */
  readonly bytes: number;
  /** What stopped the reading before the end that the header gives; undefined when all was read. */
  readonly problem: string | undefined;
}

/** Visits all records that the header says are whole. A file that is shorter than that is read as far as it goes. */
export function readStream(path: string, visitor: RecordVisitor): Result<StreamEnd> {
  const header = readStreamHeader(path);
  if (!header.ok) return header;
  const fd = openSync(path, 'r');
  try {
    const end = Math.min(header.value.committed, fstatSync(fd).size);
    const result = readRecords(fd, end, visitor);
    const short =
      end < header.value.committed ? `the file ends at ${end} of ${header.value.committed} bytes` : undefined;
    return ok({ bytes: result.bytes, problem: result.problem ?? short });
  } catch (error) {
    return fail('stream-unreadable', `cannot read the stream ${path}`, messageOf(error));
  } finally {
    closeSync(fd);
  }
}

function readRecords(fd: number, end: number, visitor: RecordVisitor): StreamEnd {
  const buffer = new Uint8Array(CHUNK + LONGEST_RECORD + 8);
  const reader = new RecordReader(visitor);
  let offset = STREAM_HEADER_BYTES; // of buffer[0] in the file
  let filled = 0;
  while (offset + filled < end) {
    const got = readSync(fd, buffer, filled, Math.min(buffer.length - filled, end - offset - filled), offset + filled);
    if (got === 0) break;
    filled += got;
    const used = reader.read(buffer, filled, offset);
    if (reader.problem !== undefined || reader.stopped) {
      return { bytes: offset + used - STREAM_HEADER_BYTES, problem: reader.problem };
    }
    buffer.copyWithin(0, used, filled);
    offset += used;
    filled -= used;
  }
  const problem = filled > 0 ? `${filled} bytes at the end are not a whole record` : undefined;
  return { bytes: offset - STREAM_HEADER_BYTES, problem };
}
