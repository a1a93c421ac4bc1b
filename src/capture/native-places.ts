// The places in native code that streams speak of, gathered before they are replayed: names are looked up for all at once.

export interface NativeModule {
  /** As the dynamic loader has it; "" = code that was made at run time and has no file. */
  readonly path: string;
  /** Hexadecimal, "" where the file had none. */
  readonly buildId: string;
}

export class NativePlaces {
  /** Offsets that were called from, by module. */
  readonly offsets = new Map<string, { readonly module: NativeModule; readonly at: Set<number> }>();
  readonly #ofStream = new Map<number, Set<number>>();

  /** Ids count anew in each stream. */
  beginStream(): void {
    this.#ofStream.clear();
  }

  module(id: number, path: string, buildId: string): void {
    const key = moduleKey(path, buildId);
    const known = this.offsets.get(key) ?? { module: { path, buildId }, at: new Set<number>() };
    this.offsets.set(key, known);
    this.#ofStream.set(id, known.at);
  }

  native(module: number, offset: number): void {
    this.#ofStream.get(module)?.add(offset);
  }
}

/** Two files that had one path, one after the other, are two modules. */
export function moduleKey(path: string, buildId: string): string {
  return `${buildId}:${path}`;
}
