// Reads any model file: finds out what it is, hands it to the reader of that format, and gives its report or one failure that
// names the byte.
import { fail, ok, type Result } from '#base/result.ts';
import { readArrow } from './arrow.ts';
import type { ByteSource } from './byte-source.ts';
import { readCodecHeader } from './codec-header.ts';
import { readCsv } from './csv.ts';
import { Damage, unsupported } from './damage.ts';
import { type Codec, type Detected, type DetectedId, detectFormat } from './detect.ts';
import { readGguf } from './gguf.ts';
import { readHdf5 } from './hdf5.ts';
import { InflatedSource } from './inflate.ts';
import { isKeras, readKeras } from './keras.ts';
import { namedBeforeWords } from './named-before.ts';
import { readNpy } from './npy.ts';
import { isNpz, readNpz } from './npz.ts';
import { readOnnx } from './onnx.ts';
import { readParquet } from './parquet.ts';
import { readPickleFile } from './pickle-file.ts';
import type { ReadContext, Reader } from './reader.ts';
import { readSafetensors } from './safetensors.ts';
import { readSafetensorsIndex } from './safetensors-index.ts';
import { isSkops, readSkops } from './skops.ts';
import { readTorchLegacy } from './torch-legacy.ts';
import { isTorchZip, readTorchZip } from './torch-zip.ts';
import type { ArtifactReport } from './types.ts';
import { readZip } from './zip.ts';

export function readArtifact(context: ReadContext): Result<ArtifactReport> {
  try {
    return readDetected(context, detectFormat(context.source));
  } catch (error) {
    if (error instanceof Damage) {
      const { code, message } = error.failure;
      return fail(code, `${context.name}: ${message}${namedBeforeWords(error.named)}`);
    }
    throw error;
  }
}

function readDetected(context: ReadContext, detected: Detected): Result<ArtifactReport> {
  switch (detected.kind) {
    case 'format':
      return ok(READERS[detected.id](context));
    case 'zip':
      return readZipped(context);
    case 'compressed':
      return readCompressed(context, detected.codec);
    case 'other':
      return fail('artifact-other', `${context.name} is ${detected.what}`, detected.attempt);
    case 'unknown':
      return fail('artifact-unknown', `${context.name} is in no format that highwater knows`);
  }
}

const READERS: Readonly<Record<DetectedId, Reader>> = {
  pickle: (context) => readPickleFile(context),
  'torch-legacy': readTorchLegacy,
  safetensors: readSafetensors,
  'safetensors-index': readSafetensorsIndex,
  npy: readNpy,
  gguf: readGguf,
  onnx: readOnnx,
  hdf5: readHdf5,
  parquet: readParquet,
  arrow: readArrow,
  csv: readCsv,
};

function readZipped(context: ReadContext): Result<ArtifactReport> {
  const zip = readZip(context.source);
  if (isTorchZip(zip)) return ok(readTorchZip(context, zip));
  if (isSkops(zip)) return ok(readSkops(context, zip));
  if (isKeras(zip)) return ok(readKeras(context, zip));
  if (isNpz(zip)) return ok(readNpz(context, zip));
  const some = zip.members.slice(0, 3).map(({ name }) => `'${name.slice(0, 60)}'`);
  const holds =
    some.length === 0 ? 'an empty zip archive' : `a zip archive of no kind that highwater knows (${some.join(', ')})`;
  return fail('artifact-other', `${context.name} is ${holds}`);
}

/** What is inside of a compressed stream: a pickle (joblib, or pickle through gzip.open) or a table. */
function readCompressed(context: ReadContext, codec: Codec): Result<ArtifactReport> {
  const source = openCompressed(context, codec);
  const inner = detectFormat(source);
  const inside = { ...context, source };
  if (inner.kind === 'format' && inner.id === 'pickle') {
    const { decompressor } = readCodecHeader(context.source, codec);
    return ok(readPickleFile(inside, { codec, storedBytes: context.source.size, decompressor }));
  }
  if (inner.kind === 'format' && inner.id === 'csv') return ok(named(readCsv(inside), codec, context));
  if (inner.kind === 'format' && inner.id === 'npy') return ok(named(readNpy(inside), codec, context));
  return fail(
    'artifact-unknown',
    `${context.name} is compressed with ${codec}, and what is inside is in no format that highwater knows`,
  );
}

/** Streams that can be inflated through a window of memory; the others have to be taken apart before they are read. */
export function isReadInPlace(codec: Codec): codec is 'zlib' | 'gzip' {
  return codec === 'zlib' || codec === 'gzip';
}

function openCompressed({ source, unpacked }: ReadContext, codec: Codec): ByteSource {
  if (unpacked) return unpacked;
  if (isReadInPlace(codec)) return new InflatedSource(source, codec);
  throw unsupported(0, `a stream compressed with ${codec}, which was not taken apart`);
}

function named(report: ArtifactReport, codec: Codec, { source }: ReadContext): ArtifactReport {
  const name = `${report.format.name}, compressed with ${codec}`;
  return { ...report, format: { ...report.format, name }, fileBytes: source.size };
}
