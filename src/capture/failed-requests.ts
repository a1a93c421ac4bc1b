// Requests for memory that came to nothing, of all streams of a run, as rows of the profile.
import type { Milliseconds } from '#base/units.ts';
import { TableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import { type FailedRequest, UNKNOWN } from './wire.ts';

/** The last of them say why a program ended; the agent writes ten a second at most. */
const MOST = 256;

export class FailedRequests {
  readonly #rows: { process: number; time: Milliseconds; request: FailedRequest; stack: number }[] = [];

  /** `stack`: row of the profile's table. */
  add(process: number, time: Milliseconds, request: FailedRequest, stack: number): void {
    this.#rows.push({ process, time, request, stack });
    if (this.#rows.length < 2 * MOST) return;
    this.#rows.sort((a, b) => a.time - b.time).splice(0, this.#rows.length - MOST);
  }

  finish(): Profile['failed'] {
    const table = new TableBuilder('failed');
    const limitOf = (bytes: number) => (bytes === UNKNOWN ? Number.NaN : bytes);
    for (const { process, time, request, stack } of this.#rows.sort((a, b) => a.time - b.time).slice(-MOST)) {
      table.add({
        process,
        time,
        stack,
        domain: request.domain,
        bytes: request.bytes,
        addressSpace: request.virtualBytes,
        resident: request.residentBytes,
        data: request.dataBytes,
        addressSpaceLimit: limitOf(request.virtualLimit),
        dataLimit: limitOf(request.dataLimit),
      });
    }
    return table.finish();
  }
}
