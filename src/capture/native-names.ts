// Offsets in ELF files given names: the file is read as it lies on this disk now, and only believed where it still is the
// one that ran (by build-id). Debug symbols that were installed beside it (/usr/lib/debug) are preferred.
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { Note } from '#profile/types.ts';
import { demangle } from './demangle.ts';
import { type ElfFunction, type ElfSymbols, readElfSymbols } from './elf-symbols.ts';
import { moduleKey, type NativeModule, type NativePlaces } from './native-places.ts';

const DEBUG_FOLDER = '/usr/lib/debug/.build-id';
export const MADE_AT_RUN_TIME = '(code made at run time)';

export class NativeNames {
  readonly notes: Note[] = [];
  readonly #workingDirectory: string;
  readonly #names = new Map<string, Map<number, string>>();

  /** `workingDirectory`: of the run; for libraries that were loaded by a relative path. */
  constructor(workingDirectory: string) {
    this.#workingDirectory = workingDirectory;
  }

  /** Looks up what is not known yet. Symbols are read a module at a time and let go again: they can be large. */
  learn(places: NativePlaces): void {
    const found: { names: Map<number, string>; offset: number; name: string }[] = [];
    for (const [key, { module, at }] of places.offsets) {
      const names = this.#names.get(key) ?? new Map<number, string>();
      this.#names.set(key, names);
      const unknown = [...at].filter((offset) => !names.has(offset));
      if (unknown.length === 0) continue;
      const symbols = this.#symbolsOf(module);
      for (const offset of unknown) {
        const name = nameOf(module, offset, symbols?.find(offset));
        names.set(offset, name);
        found.push({ names, offset, name });
      }
    }
    const pretty = demangle(found.map(({ name }) => name));
    for (const [i, { names, offset }] of found.entries()) names.set(offset, pretty[i]!);
  }

  /** The function that a place is in; for one that was not learnt, and where nothing is known, "libfoo.so+0x1234". */
  find({ path, buildId }: NativeModule, offset: number): string {
    return this.#names.get(moduleKey(path, buildId))?.get(offset) ?? nameOf({ path, buildId }, offset, undefined);
  }

  #symbolsOf({ path, buildId }: NativeModule): ElfSymbols | undefined {
    if (path === '' || path.startsWith('linux-vdso')) return undefined;
    const debug = buildId.length > 2 ? join(DEBUG_FOLDER, buildId.slice(0, 2), `${buildId.slice(2)}.debug`) : '';
    const files = [debug, isAbsolute(path) ? path : join(this.#workingDirectory, path)];
    for (const file of files) {
      if (file === '' || !existsSync(file)) continue;
      const symbols = readElfSymbols(file);
      if (!symbols.ok) continue;
      if (buildId === '' || symbols.value.buildId === buildId) return symbols.value;
      this.#note(`${path} has changed since it was run, so the functions in it are shown as addresses.`);
      return undefined;
    }
    this.#note(`${path} cannot be read, so the functions in it are shown as addresses.`);
    return undefined;
  }

  #note(text: string): void {
    this.notes.push({ severity: 'info', code: 'native-names-missing', text, process: -1 });
  }
}

function nameOf({ path }: NativeModule, offset: number, symbol: ElfFunction | undefined): string {
  if (path === '') return MADE_AT_RUN_TIME;
  if (symbol !== undefined && symbol.name !== '') return symbol.name;
  return `${basename(path)}+0x${(symbol?.address ?? offset).toString(16)}`;
}
