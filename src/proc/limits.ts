// /proc/PID/limits: the resource limits that can end a program before memory runs out (RLIMIT_AS, RLIMIT_DATA, ...).
import { readKernelText } from './kernel-file.ts';

export interface Limit {
  /** null = unlimited. Bytes, or a count, by the limit's nature. */
  readonly soft: number | null;
  readonly hard: number | null;
}

export interface Limits {
  readonly addressSpace: Limit;
  readonly data: Limit;
  readonly stack: Limit;
  readonly lockedMemory: Limit;
  readonly openFiles: Limit;
}

const NAMES: { readonly [K in keyof Limits]: string } = {
  addressSpace: 'Max address space',
  data: 'Max data size',
  stack: 'Max stack size',
  lockedMemory: 'Max locked memory',
  openFiles: 'Max open files',
};

export function readLimits(pid: number | 'self', root = ''): Limits | undefined {
  const text = readKernelText(`${root}/proc/${pid}/limits`);
  return text === undefined ? undefined : parseLimits(text);
}

export function parseLimits(text: string): Limits | undefined {
  if (!text.startsWith('Limit')) return undefined;
  const limitOf = (name: string): Limit => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `)) ?? '';
    const [soft, hard] = line.slice(name.length).trim().split(/\s+/);
    return { soft: parseLimit(soft), hard: parseLimit(hard) };
  };
  return {
    addressSpace: limitOf(NAMES.addressSpace),
    data: limitOf(NAMES.data),
    stack: limitOf(NAMES.stack),
    lockedMemory: limitOf(NAMES.lockedMemory),
    openFiles: limitOf(NAMES.openFiles),
  };
}

function parseLimit(word: string | undefined): number | null {
  const value = Number(word);
  return word && Number.isFinite(value) ? value : null;
}
