// What every reader promises of any bytes: a report, or one failure that names a byte; for pickles, that what is slimmed makes the
// same graph. Shared by the guided run (bench/guided.ts) and by the test that replays what it found.
import { readFileSync } from 'node:fs';
import { FailureError } from '../../src/base/result.ts';
import { readModel } from '../models.ts';
import { tryPickle } from './hostile.ts';

/** `name` is the file's: its readers are chosen by content, what is checked beside them by it. */
export interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Checked {
  /** 'read', or the message of the refusal without its numbers. */
  readonly kind: string;
  /** What must not happen; undefined where all is well. */
  readonly wrong?: string;
}

export function isPickleName(name: string): boolean {
  return /\.(?:pkl|joblib)$/.test(name);
}

export function checkInput({ name, bytes }: Input): Checked {
  if (isPickleName(name)) {
    const { kind, wrong } = tryPickle(bytes);
    if (wrong !== undefined) return { kind, wrong };
  }
  try {
    const result = readModel(name, bytes);
    if (result.ok) return { kind: 'read' };
    const { code, message } = result.error;
    const kind = message.replace(/;.*/, '').replace(/\d+/g, 'N').slice(0, 80);
    const namesByte = /at byte \d+/.test(message) || code === 'artifact-other' || code === 'artifact-unknown';
    return namesByte ? { kind } : { kind, wrong: `${message} names no byte` };
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    return { kind: 'thrown', wrong: error instanceof FailureError ? `a failure came through: ${stack}` : stack! };
  }
}

/** One input a line: {"name": "x.pkl", "bytes": base64}. */
export function readInputs(path: string): Input[] {
  const text = readFileSync(path, 'utf8').trim();
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const { name, bytes } = JSON.parse(line) as { readonly name: string; readonly bytes: string };
    return { name, bytes: new Uint8Array(Buffer.from(bytes, 'base64')) };
  });
}

export function formatInput({ name, bytes }: Input): string {
  return `${JSON.stringify({ name, bytes: Buffer.from(bytes).toString('base64') })}\n`;
}
