// A model file opened to be read. One that is compressed as a whole is taken apart first, into a file without a name.
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Codec, detectFormat } from '#artifact/detect.ts';
import { isReadInPlace } from '#artifact/read.ts';
import { errnoOf, type Failure, FailureError, messageOf, ok, type Result } from '#base/result.ts';
import { decompressFile } from './compressed-files.ts';
import { FileSource, openFileSource } from './file-source.ts';
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

/** Into a file that has no name any more when it is written, so that nothing of it stays, whatever ends this process. */
async function unpack(path: string, codec: Codec, pythons: CodecPythons): Promise<FileSource> {
  const { fd, folder } = openScratchFile();
  try {
    await decompressFile(path, `/proc/self/fd/${fd}`, codec, pythons, folder);
    const { size } = fstatSync(fd);
    if (size > 0) return new FileSource(fd, size);
    throw new FailureError({ code: 'artifact-damaged', message: `${path}: there is nothing inside (at byte 0)` });
  } catch (error) {
    closeSync(fd);
    if (!(error instanceof FailureError) || error.failure.code !== 'output-unwritable') throw error;
    throw new FailureError({ ...error.failure, message: `cannot write into ${folder}` });
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
function openScratchFile(): { readonly fd: number; readonly folder: string } {
  const large = '/var/tmp';
  const folder = process.env.TMPDIR === undefined && existsSync(large) ? large : tmpdir();
  try {
    const own = mkdtempSync(join(folder, 'highwater-unpacked-'));
    const fd = openSync(join(own, 'inside'), 'wx+', 0o600);
    rmSync(own, { recursive: true });
    return { fd, folder };
  } catch (error) {
    const cause = errnoOf(error) ?? messageOf(error);
    throw new FailureError({ code: 'output-unwritable', message: `cannot write into ${folder}`, cause });
  }
}
