// What the agent cannot see must be said: processes that it was not in, and allocators inside libraries.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { type JsonReport, makeFolder, measure } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const HELD = 12 << 20;

/** Touches its memory, waits to be seen, ends with 3. */
const PROGRAM = `#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void) { char *p = malloc(${HELD}); memset(p, 1, ${HELD}); usleep(400000); return p[5] + 2; }`;

/** The same for the kernel alone: there may be no 32-bit C library. */
const BARE_PROGRAM = `static char room[${HELD}];
static long ask(long n, long a, long b) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b) : "memory"); return r; }
void _start(void) {
  long wait[2] = {0, 400000000};
  for (int i = 0; i < ${HELD}; i += 4096) ((volatile char *)room)[i] = 1;
  ask(162, (long)wait, 0);
  ask(1, 3, 0);
}`;

interface Kind {
  readonly reason: string;
  readonly compiler: string;
  readonly source: string;
  readonly flags: readonly string[];
}

const KINDS: readonly Kind[] = [
  { reason: 'statically linked', compiler: 'cc', source: PROGRAM, flags: ['-static'] },
  { reason: 'linked with musl', compiler: 'musl-gcc', source: PROGRAM, flags: [] },
  {
    reason: '32-bit',
    compiler: 'cc',
    source: BARE_PROGRAM,
    flags: ['-m32', '-nostdlib', '-static', '-ffreestanding', '-fno-pie', '-no-pie', '-fno-stack-protector'],
  },
];

function compile({ compiler, source, flags }: Kind, folder: string, ctx: TestContext): string {
  const program = join(folder, 'held');
  const args = ['-O1', ...flags, '-x', 'c', '-o', program, '-'];
  const made = spawnSync(compiler, args, { input: source, encoding: 'utf8' });
  if (made.status !== 0) ctx.skip(`${compiler} ${flags.join(' ')} cannot compile here`);
  if (spawnSync(program).status !== 3) ctx.skip(`what ${compiler} ${flags.join(' ')} makes cannot run here`);
  return program;
}

function notesOf(report: JsonReport, code: string): string[] {
  return report.notes.filter((note) => note.code === code).map((note) => note.text);
}

test.for(KINDS)('a child that is $reason runs as without us, and the report says so', (kind, ctx) => {
  const cwd = makeFolder();
  const program = compile(kind, cwd, ctx);
  const code = `import subprocess, sys; sys.exit(subprocess.run([${JSON.stringify(program)}]).returncode)`;
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd });
  expect(ended.status, ended.stderr).toBe(3);
  const child = report.processes.find((process) => process.name === 'held')!;
  expect(child).toMatchObject({ traced: false });
  expect(child.peak).toBeGreaterThan(HELD);
  expect(notesOf(report, 'not-followed')).toEqual([
    `Process held ${child.pid} was measured from outside only, without lines: ${kind.reason}.`,
  ]);
});

test('children without our environment are named, forks and other programs are not', () => {
  const code = `import os, subprocess, sys, time
subprocess.run([sys.executable, "-c", "import time; x = bytearray(b'x') * 20_000_000; time.sleep(0.5)"], env={}, check=True)
subprocess.run(["sleep", "0.3"], check=True)
if os.fork() == 0:
    time.sleep(0.3)
    os._exit(0)
os.wait()`;
  const { ended, report } = measure(['--python', PYTHON, '-c', code], { cwd: makeFolder() });
  expect(ended.status, ended.stderr).toBe(0);
  const [note, ...more] = notesOf(report, 'not-followed');
  expect(more).toEqual([]);
  expect(note).toMatch(/^Process python3\S* \d+ was measured .* started without LD_PRELOAD in its environment\.$/);
  const child = report.processes.find((process) => note!.includes(` ${process.pid} was`))!;
  expect(child.peak).toBeGreaterThan(20_000_000);
});

test('an allocator inside a library: a warning names both, and its memory is a mapping', (ctx) => {
  const cwd = makeFolder();
  const library = join(cwd, 'libtable.so');
  const source = `#include <string.h>
#include <sys/mman.h>
const char *message = "<jemalloc>: out of memory";
void *grow(unsigned long n) { void *p = mmap(0, n, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); return memset(p, 1, n); }`;
  const made = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-o', library, '-'], {
    input: source,
    encoding: 'utf8',
  });
  expect(made.status, made.stderr).toBe(0);
  const code = `import ctypes, os, sys
if tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split("."))) < (2, 35): print("old")
lib = ctypes.CDLL(sys.argv[1])
lib.grow.argtypes = [ctypes.c_size_t]
lib.grow.restype = ctypes.c_void_p
lib.grow(30 << 20)`;
  const { ended, report } = measure(['--python', PYTHON, '-c', code, library], { cwd });
  expect(ended.status, ended.stderr).toBe(0);
  if (ended.stdout === 'old\n') ctx.skip('this C library cannot tell whose an address is');
  expect(notesOf(report, 'agent-inner-allocator')).toEqual([
    expect.stringMatching(/^libtable\.so serves itself from an allocator of its own \(jemalloc\)/),
  ]);
  expect(report.lines.find((line) => line.line === 6)!.heap.bytes).toBeGreaterThanOrEqual(30 << 20);
});
