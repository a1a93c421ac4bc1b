// A program that the kernel ends for lack of memory, in a container of its own: the report says so, how memory rose in its last
// second, and while which line ran.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { messageOf } from '#base/result.ts';
import { BIN, makeFolder, reportOf, userEnvironment } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const MIB = 2 ** 20;
const LIMIT = 200 * MIB;
const made: string[] = [];
afterAll(() => {
  for (const path of made) rmdirSync(path);
});

/** A memory cgroup with a limit, of whichever version the machine has. */
function makeGroup(ctx: TestContext): string {
  const isFirst = existsSync('/sys/fs/cgroup/memory');
  const path = join('/sys/fs/cgroup', isFirst ? 'memory' : '', `highwater-test-${process.pid}`);
  try {
    mkdirSync(path);
    made.push(path);
    writeFileSync(join(path, isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(LIMIT));
  } catch (error) {
    ctx.skip(`a memory cgroup cannot be made: ${messageOf(error)}`);
  }
  return path;
}

const PROGRAM = `import time
def grow():
    kept = []
    while True:
        kept.append(bytearray(2 << 20))
        time.sleep(0.01)
base = [str(i) for i in range(100_000)]
grow()
`;

test('a program that outgrows its container', (ctx) => {
  const group = makeGroup(ctx);
  const cwd = makeFolder({ 'grow.py': PROGRAM });
  const enter = `echo $$ > ${group}/cgroup.procs; exec "$@"`;
  const words = [process.execPath, BIN, 'run', '-o', 'out.highwater', '--python', PYTHON, 'grow.py'];
  const ended = spawnSync('sh', ['-c', enter, 'sh', ...words], { cwd, encoding: 'utf8', env: userEnvironment() });
  expect(ended.status, ended.stderr).toBe(137);
  expect(ended.stderr).toContain('ended by SIGKILL (signal 9), and the container ran out of memory');
  expect(ended.stderr).toMatch(/In its last [\d.]+ m?s it grew by [\d.]+ MiB to [\d.]+ MiB/);
  const { lastRise, headroom } = reportOf('out.highwater', cwd) as unknown as {
    readonly headroom: { readonly limit: number };
    readonly lastRise: {
      readonly to: number;
      readonly lines: readonly { readonly line: number; readonly bytes: number }[];
    };
  };
  expect(headroom.limit).toBe(LIMIT);
  expect(lastRise.to).toBeGreaterThan(LIMIT / 2);
  expect(lastRise.lines[0]).toMatchObject({ line: 5 });
  expect(lastRise.lines[0]!.bytes).toBeGreaterThan(lastRise.to / 2);
});
