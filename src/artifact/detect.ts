// What a file is, by its content. A suffix is never believed: `.bin`, `.pt`, `.model` and `.pkl` are all used for all of
// these formats. A zip or a compressed stream is named as such, for what is inside decides (read.ts looks).
import { type ByteSource, MemorySource, readAtMost } from './byte-source.ts';
import { Damage } from './damage.ts';
import { findSuperblock } from './hdf5-file.ts';
import { looksLikeOnnx } from './onnx-shape.ts';
import { runPickle } from './pickle/machine.ts';
import { looksLikeTable } from './text-shape.ts';
import type { FormatId } from './types.ts';

export type Codec = 'zlib' | 'gzip' | 'bz2' | 'xz' | 'lzma' | 'lz4' | 'zstd';

/** The others are found out by what is inside: of a zip, or of a pickle. */
export type DetectedId = Exclude<FormatId, 'joblib' | 'torch-zip' | 'npz' | 'skops' | 'keras'>;

export type Detected =
  | { readonly kind: 'format'; readonly id: DetectedId }
  | { readonly kind: 'zip' }
  | { readonly kind: 'compressed'; readonly codec: Codec }
  /** Known for what it is, and not among what we read. `what` completes "this is ...". */
  | { readonly kind: 'other'; readonly what: string; readonly attempt?: string }
  | { readonly kind: 'unknown' };

const HEAD = 4096;
/** Of tables for those first bytes. */
const MOST_LOOKED = 2 ** 24;

export function detectFormat(source: ByteSource): Detected {
  const head = readAtMost(source, 0, HEAD);
  for (const { bytes, found } of MAGICS) if (startsWith(head, bytes)) return found;
  for (const look of LOOKS) {
    const found = look(source, head);
    if (found) return found;
  }
  return { kind: 'unknown' };
}

interface Magic {
  readonly bytes: readonly number[];
  readonly found: Detected;
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const magic = (bytes: readonly number[] | string, found: Detected): Magic => ({
  bytes: typeof bytes === 'string' ? ascii(bytes) : bytes,
  found,
});
const format = (id: DetectedId): Detected => ({ kind: 'format', id });
const compressed = (codec: Codec): Detected => ({ kind: 'compressed', codec });
const other = (what: string, attempt?: string): Detected => ({ kind: 'other', what, ...(attempt && { attempt }) });

/** torch's own magic number, pickled: PROTO 2, LONG1 of ten bytes, STOP. */
const TORCH_LEGACY = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

const MAGICS: readonly Magic[] = [
  magic([0x93, ...ascii('NUMPY')], format('npy')),
  magic('PK\x03\x04', { kind: 'zip' }),
  magic('PK\x05\x06', { kind: 'zip' }),
  magic(TORCH_LEGACY, format('torch-legacy')),
  magic('GGUF', format('gguf')),
  magic('PAR1', format('parquet')),
  magic('PARE', other('a Parquet file with an encrypted footer')),
  magic('ARROW1', format('arrow')),
  magic('FEA1', other('a Feather file of version 1', 'pandas.read_feather(path).to_feather(new) writes version 2')),
  magic([0x1f, 0x8b], compressed('gzip')),
  magic([0x78, 0x01], compressed('zlib')),
  magic([0x78, 0x5e], compressed('zlib')),
  magic([0x78, 0x9c], compressed('zlib')),
  magic([0x78, 0xda], compressed('zlib')),
  magic('BZh', compressed('bz2')),
  magic([0xfd, ...ascii('7zXZ'), 0], compressed('xz')),
  magic([0x5d, 0, 0], compressed('lzma')),
  magic([0x04, 0x22, 0x4d, 0x18], compressed('lz4')),
  magic([0x28, 0xb5, 0x2f, 0xfd], compressed('zstd')),
  magic(
    'version https://git-lfs.github.com/spec/',
    other('a pointer of Git LFS: the model itself was not downloaded', 'git lfs pull'),
  ),
  magic('ggjt', other('a GGML file older than GGUF')),
  magic('lmgg', other('a GGML file older than GGUF')),
  magic('tjgg', other('a GGML file older than GGUF')),
  magic('tree\nversion=', other('a LightGBM model as text')),
  magic('{L\x00', other('an XGBoost model as UBJSON')),
  magic('binf', other('an XGBoost model in its old binary form')),
  magic([0x7f, ...ascii('ELF')], other('a compiled program or library')),
  magic('%PDF', other('a PDF document')),
  magic('RDX3', other('R data')),
  magic('SQLite format 3\0', other('an SQLite database')),
];

type Look = (source: ByteSource, head: Uint8Array) => Detected | undefined;

const LOOKS: readonly Look[] = [
  lookForPickle,
  lookForHdf5,
  lookForSafetensors,
  lookForTar,
  lookForJson,
  lookForOldPickle,
  lookForCalls,
  (source) => (looksLikeOnnx(source) ? format('onnx') : undefined),
  lookForMarkup,
  (_source, head) => (looksLikeTable(head) ? format('csv') : undefined),
];

/** PROTO and a version that exists. */
function lookForPickle(_source: ByteSource, head: Uint8Array): Detected | undefined {
  return head[0] === 0x80 && head.length > 2 && head[1]! <= 5 ? format('pickle') : undefined;
}

function lookForHdf5(source: ByteSource): Detected | undefined {
  return findSuperblock(source) === undefined ? undefined : format('hdf5');
}

/** Eight bytes of length, then a JSON object that fits into the file. */
function lookForSafetensors(source: ByteSource, head: Uint8Array): Detected | undefined {
  if (head.length < 10 || head[8] !== 0x7b) return undefined;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  return length >= 2 && length <= source.size - 8 ? format('safetensors') : undefined;
}

function lookForTar(_source: ByteSource, head: Uint8Array): Detected | undefined {
  const text = head.length >= 263 ? String.fromCharCode(...head.subarray(257, 262)) : '';
  return text === 'ustar' ? other('a tar archive', 'tar -tf FILE shows what is in it; unpack it first') : undefined;
}

function lookForJson(_source: ByteSource, head: Uint8Array): Detected | undefined {
  const text = new TextDecoder('utf-8').decode(head).trimStart();
  if (!text.startsWith('{')) return undefined;
  if (/"weight_map"\s*:/.test(text) || /"metadata"\s*:\s*\{[^}]*"total_size"/.test(text)) {
    return format('safetensors-index');
  }
  if (/"learner"\s*:/.test(text)) return other('an XGBoost model as JSON');
  return /^\{\s*("|\})/.test(text) ? other('JSON') : undefined;
}

// What the pickler of protocols 0 and 1 can begin with: there is no header. MARK and the empty containers, a string, a
// number, a global; and the last byte of the file is STOP.
const OLD_FIRST = new Set(ascii('(])}lcIFGJKMLSTUVXNi'));
const STOP = 0x2e;

function lookForOldPickle(source: ByteSource, head: Uint8Array): Detected | undefined {
  if (head.length < 2 || !OLD_FIRST.has(head[0]!)) return undefined;
  if (source.read(source.size - 1, 1)[0] !== STOP) return undefined;
  return continuesLikePickle(head) ? format('pickle') : undefined;
}

/** Without a header, and not ending in STOP: a pickle all the same if its opcodes, followed, call something by name. */
function lookForCalls(_source: ByteSource, head: Uint8Array): Detected | undefined {
  const isCalled = (rows: readonly { readonly called: boolean }[]) => rows.some(({ called }) => called);
  try {
    const { graph } = runPickle(new MemorySource(head), 0, { ceiling: MOST_LOOKED });
    return isCalled(graph.globals.rows) ? format('pickle') : undefined;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return isCalled(error.named) ? format('pickle') : undefined;
  }
}

/** A text that merely ends in a full stop does not go on like this. */
function continuesLikePickle(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 300));
  switch (text[0]) {
    case 'c':
    case 'i':
      return /^[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n/.test(text);
    case 'I':
    case 'L':
      return /^[IL]-?\d+L?\n/.test(text);
    case 'F':
      return /^F[-+\d.einfa]+\n/.test(text);
    case 'S':
      return /^S(['"]).*?\1\n/.test(text);
    case 'V':
      return /^V[^\n]*\n/.test(text);
    case 'N':
      return text.startsWith('N.');
    case '(':
      return /^\([\](}lcdtiKJMINFSVXU)]/.test(text);
    default:
      return !/^[ -~]{12}/.test(text) || /^[\])}][\s\S]?[(Uqrp.]/.test(text);
  }
}

function lookForMarkup(_source: ByteSource, head: Uint8Array): Detected | undefined {
  const text = new TextDecoder('utf-8').decode(head.subarray(0, 256)).trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) {
    return other('a web page: the download gave an error or a login page instead of the model');
  }
  return text.startsWith('<?xml') ? other('XML') : undefined;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}
