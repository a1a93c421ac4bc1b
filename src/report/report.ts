// What every report gives: a value. Only the command line prints it, writes it and exits.

export interface Report {
  readonly text: string;
  /** 0: the report says what was asked, and a question is answered with yes. 1: answered with no. 3: nothing was measured that it could say. */
  readonly exitCode: number;
}

export interface BinaryReport {
  readonly bytes: Uint8Array;
  readonly exitCode: number;
}

export const EXIT_DONE = 0;
export const EXIT_FINDING = 1;
export const EXIT_NOT_MEASURED = 3;
