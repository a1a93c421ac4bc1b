// A MemoryError: the report names the line that asked, for how much, and the limit that stood against it, as it was then.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BIN, makeFolder, reportOf, userEnvironment } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const MIB = 2 ** 20;

interface FailedRequest {
  readonly line: number | null;
  readonly func: string | null;
  readonly bytes: number;
  readonly resident: number;
  readonly cause: { readonly kind: string; readonly held?: number; readonly limit?: number };
}

function failedOf(
  program: string,
  before = '',
): { code: number | null; said: string; failed: readonly FailedRequest[] } {
  const cwd = makeFolder({ 'load.py': program });
  const words = [process.execPath, BIN, 'run', '-o', 'out.highwater', '--python', PYTHON, 'load.py'];
  const shell = `${before}exec "$@"`;
  const ended = spawnSync('sh', ['-c', shell, 'sh', ...words], { cwd, encoding: 'utf8', env: userEnvironment() });
  const { failedRequests } = reportOf('out.highwater', cwd) as unknown as { readonly failedRequests: FailedRequest[] };
  return { code: ended.status, said: ended.stderr.replace(/\s+/g, ' '), failed: failedRequests };
}

test('a limit that the program set itself', () => {
  const { code, said, failed } = failedOf(`import resource
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
def load():
    return bytearray(200 << 20), bytearray(700 << 20)
load()
`);
  expect(code, said).toBe(1);
  expect(said).toMatch(
    /load\.py:4 \(load\) asked for 700 MiB and did not get it: [\d.]+ MiB of address space were taken, and 600 MiB are allowed \(ulimit -v\); 2\d\d MiB were resident\./,
  );
  const last = failed.at(-1)!;
  expect(last).toMatchObject({ line: 4, func: 'load', cause: { kind: 'address space', limit: 600 * MIB } });
  expect(last.bytes - 700 * MIB).toBeLessThan(MIB); // bytearray adds a byte
  expect(last.cause.held! + last.bytes).toBeGreaterThan(600 * MIB);
  expect(last.resident).toBeGreaterThan(200 * MIB);
});

test('many small objects, under a limit that is taken back', () => {
  const { code, said, failed } = failedOf(`import resource
before = resource.getrlimit(resource.RLIMIT_DATA)
resource.setrlimit(resource.RLIMIT_DATA, (150 << 20, before[1]))
kept = []
try:
    while True:
        kept.append([0] * 100)
except MemoryError:
    count = len(kept)
    del kept
    print(count > 10_000)
resource.setrlimit(resource.RLIMIT_DATA, before)
`);
  expect(code, said).toBe(0);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.at(-1)).toMatchObject({ line: 7, cause: { kind: 'data', limit: 150 * MIB } });
  expect(said).toContain('150 MiB are allowed (ulimit -d)');
});

test('more than the machine has, and a program without any failure', () => {
  const { failed } = failedOf(`try:
    bytearray(1 << 50)
except MemoryError:
    pass
`);
  expect(failed).toMatchObject([{ line: 2, cause: { kind: 'machine' } }]);
  expect(failedOf('print(len(bytearray(1 << 20)))\n')).toMatchObject({ code: 0, failed: [] });
});
