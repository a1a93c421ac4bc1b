// Whether any process or thread was made since the last look: the last field of /proc/loadavg is the pid given out most
// recently in our pid namespace. One short read spares a walk over all of /proc at most ticks of the sampler.
import { KernelFile } from './kernel-file.ts';

export class ForkWatch {
  readonly #loadavg: KernelFile | undefined;
  #last = '';

  constructor(root = '') {
    this.#loadavg = KernelFile.open(`${root}/proc/loadavg`);
  }

  /** True at the first look, and always where the file cannot be read (some sandboxes). */
  hasForked(): boolean {
    const text = this.#loadavg?.read();
    const last = text?.slice(text.lastIndexOf(' ') + 1) ?? '';
    const changed = last === '' || last !== this.#last;
    this.#last = last;
    return changed;
  }

  close(): void {
    this.#loadavg?.close();
  }
}
