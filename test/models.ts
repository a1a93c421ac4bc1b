// The model files of test/fixtures/models, and reading them without a file system.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { type ByteSource, MemorySource } from '../src/artifact/byte-source.ts';
import { Damage } from '../src/artifact/damage.ts';
import { detectFormat } from '../src/artifact/detect.ts';
import { decodeLz4 } from '../src/artifact/lz4-frame.ts';
import { readArtifact } from '../src/artifact/read.ts';
import type { ArtifactReport } from '../src/artifact/types.ts';
import { fail, type Result } from '../src/base/result.ts';

export const MODELS = path.resolve(import.meta.dirname, 'fixtures', 'models');

export function loadModel(name: string, folder = MODELS): Uint8Array {
  return new Uint8Array(fs.readFileSync(path.join(folder, name)));
}

/** What src/cli/open-model.ts does with files, as far as it needs no other program. */
function unpack(source: ByteSource): ByteSource | undefined {
  const found = detectFormat(source);
  if (found.kind !== 'compressed') return undefined;
  const whole = source.read(0, source.size);
  if (found.codec === 'lz4')
    return new MemorySource(Buffer.concat(Array.from(decodeLz4(source), (piece) => piece.slice())));
  return found.codec === 'zstd' ? new MemorySource(new Uint8Array(zlib.zstdDecompressSync(whole))) : undefined;
}

export function readModel(name: string, bytes: Uint8Array, folder = MODELS): Result<ArtifactReport> {
  const source = new MemorySource(bytes);
  try {
    return read(source, unpack(source), name, folder);
  } catch (error) {
    if (error instanceof Damage) return fail(error.failure.code, error.failure.message);
    throw error;
  }
}

function read(source: ByteSource, unpacked: ByteSource | undefined, name: string, folder: string) {
  return readArtifact({
    source,
    unpacked,
    name,
    python: { major: 3, minor: 11 },
    installed: () => undefined,
    openBeside: (beside) =>
      fs.statSync(path.join(folder, beside), { throwIfNoEntry: false })?.isFile()
        ? new MemorySource(loadModel(beside, folder))
        : undefined,
  });
}
