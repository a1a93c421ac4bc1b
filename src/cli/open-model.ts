// A model file opened to be read. One that is compressed in a form that can only be read from front to back elsewhere is taken
// apart first, into a file without a name that is gone when it is closed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectFormat } from '#artifact/detect.ts';
import { isReadInPlace } from '#artifact/read.ts';
import { FailureError, ok, type Result, unwrap } from '#base/result.ts';
import { decompressFile } from './compressed-files.ts';
import { type FileSource, openFileSource } from './file-source.ts';
import type { CodecPythons } from './python-codec.ts';

export interface OpenModel {
  readonly source: FileSource;
  /** What is inside, where that had to be taken apart. */
  readonly unpacked: FileSource | undefined;
  close(): void;
}

export async function openModel(path: string, pythons: CodecPythons): Promise<Result<OpenModel>> {
  const opened = openFileSource(path);
  if (!opened.ok) return opened;
  const source = opened.value;
  const found = detectFormat(source);
  if (found.kind !== 'compressed' || isReadInPlace(found.codec)) return ok(modelOf(source, undefined));
  const folder = mkdtempSync(join(scratchFolder(), 'highwater-unpacked-'));
  try {
    const inside = join(folder, 'inside');
    await decompressFile(path, inside, found.codec, pythons);
    return ok(modelOf(source, unwrap(openFileSource(inside))));
  } catch (error) {
    source.close();
    if (error instanceof FailureError) return { ok: false, error: error.failure };
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function modelOf(source: FileSource, unpacked: FileSource | undefined): OpenModel {
  const close = () => {
    source.close();
    unpacked?.close();
  };
  return { source, unpacked, close };
}

/** On a disk: /tmp may be memory. */
function scratchFolder(): string {
  const large = '/var/tmp';
  return process.env.TMPDIR === undefined && existsSync(large) ? large : tmpdir();
}
