// A pickle that its own opcodes contradict: the error names the opcode and its byte.
import { type Damage, damaged } from '../damage.ts';
import { nameOfOpcode } from './opcodes.ts';
import type { PickleScanner } from './scan.ts';

/** `what` is a clause about the opcode that was just read: "finds no mark on the stack". */
export function wrongAt({ at, op }: Pick<PickleScanner, 'at' | 'op'>, what: string): Damage {
  return damaged(at, `${nameOfOpcode(op)} ${what}`);
}
