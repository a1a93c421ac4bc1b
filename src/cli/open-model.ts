// A model file opened to be read. One that is compressed as a whole is taken apart first, into a file that has lost its name when
// it is read and is gone when it is closed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Codec, detectFormat } from '#artifact/detect.ts';
import { isReadInPlace } from '#artifact/read.ts';
import { errnoOf, type Failure, FailureError, messageOf, ok, type Result, unwrap } from '#base/result.ts';
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
  if (found.kind !== 'compressed') return ok(modelOf(source, undefined));
  const { codec } = found;
  try {
    return ok(modelOf(source, await unpack(path, codec, pythons)));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (isLackOfRoom(error.failure) && isReadInPlace(codec)) return ok(modelOf(source, undefined));
    source.close();
    return { ok: false, error: error.failure };
  }
}

async function unpack(path: string, codec: Codec, pythons: CodecPythons): Promise<FileSource> {
  const folder = makeScratchFolder();
  try {
    const inside = join(folder, 'inside');
    await decompressFile(path, inside, codec, pythons);
    return unwrap(openFileSource(inside));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isLackOfRoom({ code }: Failure): boolean {
  return code === 'scratch-full' || code === 'output-unwritable';
}

function modelOf(source: FileSource, unpacked: FileSource | undefined): OpenModel {
  const close = () => {
    source.close();
    unpacked?.close();
  };
  return { source, unpacked, close };
}

/** On a disk: /tmp may be memory. */
function makeScratchFolder(): string {
  const large = '/var/tmp';
  const parent = process.env.TMPDIR === undefined && existsSync(large) ? large : tmpdir();
  try {
    return mkdtempSync(join(parent, 'highwater-unpacked-'));
  } catch (error) {
    const cause = errnoOf(error) ?? messageOf(error);
    throw new FailureError({ code: 'output-unwritable', message: `cannot write into ${parent}`, cause });
  }
}
