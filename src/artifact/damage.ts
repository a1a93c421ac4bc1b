// What a reader throws when a file is not what it claims to be. One sentence that names the byte; whoever reads a whole
// artifact turns it into a Failure (read.ts).
import { FailureError } from '#base/result.ts';

/** Stable names that src/cli/explain.ts adds causes to. */
export type DamageCode =
  /** Contradicts its format, or ends too early. */
  | 'artifact-damaged'
  /** Keeps its format, but asks for more than any honest file: a bomb, or a size past our ceilings. */
  | 'artifact-refused'
  /** A version, compression or feature of a known format that this reader does not know. */
  | 'artifact-unsupported'
  /** Not a format that highwater reads. */
  | 'artifact-unknown';

/** A name that a pickle had imported before it turned out to be damaged. */
export interface NamedBefore {
  readonly module: string;
  readonly name: string;
  readonly called: boolean;
  readonly at: number;
}

export class Damage extends FailureError {
  /** Byte of the file (of the member, where one inside an archive was read) at which it was noticed. */
  readonly at: number;
  /** A loader comes as far as we did, and has by then imported and called these. */
  readonly named: NamedBefore[] = [];

  constructor(code: DamageCode, at: number, what: string) {
    super({ code, message: `${what} (at byte ${at})` });
    this.at = at;
  }
}

/** `what` is a clause about the file: "the header is cut off". */
export function damaged(at: number, what: string): Damage {
  return new Damage('artifact-damaged', at, what);
}

export function refused(at: number, what: string): Damage {
  return new Damage('artifact-refused', at, what);
}

export function unsupported(at: number, what: string): Damage {
  return new Damage('artifact-unsupported', at, what);
}
