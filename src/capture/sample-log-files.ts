// Rows of files in the sampler's log, written and read. Processes of a tree have the same files, and each is read several times:
// a path is told once, and has a number from then on.
import { KIB } from '#base/units.ts';
import type { FileResidency } from '#proc/smaps.ts';
import { MalformedError, type VarintReader, type VarintWriter } from './sample-varint.ts';

export class FileRowWriter {
  readonly #numbers = new Map<string, number>();

  write(entry: VarintWriter, { path, isShared, rss, pss, reserved }: FileResidency): void {
    const known = this.#numbers.get(path);
    entry.unsigned(known ?? 0);
    if (known === undefined) {
      this.#numbers.set(path, this.#numbers.size + 1);
      entry.text(path);
    }
    entry.unsigned(isShared ? 1 : 0);
    for (const bytes of [rss, pss, reserved]) entry.unsigned(Math.round(bytes / KIB));
  }
}

export class FileRowReader {
  readonly #paths: string[] = [];

  read(entry: VarintReader): FileResidency {
    const path = this.#path(entry);
    const isShared = entry.unsigned() === 1;
    const [rss, pss, reserved] = [entry.unsigned() * KIB, entry.unsigned() * KIB, entry.unsigned() * KIB];
    return { path, isShared, rss, pss, reserved };
  }

  #path(entry: VarintReader): string {
    const number = entry.unsigned();
    if (number === 0) this.#paths.push(entry.text());
    const path = this.#paths[number === 0 ? this.#paths.length - 1 : number - 1];
    if (path === undefined) throw new MalformedError('a path that was not told');
    return path;
  }
}

/** Logs of before have no more than that. */
export function readFileRowOfBefore(entry: VarintReader): FileResidency {
  return { path: entry.text(), isShared: false, rss: entry.unsigned() * KIB, pss: Number.NaN, reserved: Number.NaN };
}
