// What the documents say must work as written: every command of the README's and the guide's that a reader would copy.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN, makeFolder, ROOT, userEnvironment } from './highwater.ts';

const PROGRAM = "import sys\nrows = [bytes(1000) for _ in range(20_000)]\nprint('trained', len(rows), sys.argv[1:])\n";

function project(): string {
  const folder = makeFolder({ 'train.py': PROGRAM });
  mkdirSync(join(folder, 'mypackage'));
  writeFileSync(join(folder, 'mypackage', 'train.py'), PROGRAM);
  return folder;
}

function shell(command: string, folder: string) {
  return spawnSync('sh', ['-c', command], { cwd: folder, env: userEnvironment(), encoding: 'utf8', timeout: 60_000 });
}

/** Lines of the section's indented block, without their remarks. */
function commandsOf(document: string, section: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').split(`## ${section}`)[1]!.split('\n## ')[0]!;
  const lines = text.split('\n').filter((line) => /^ {4}bin\/highwater\.cjs /.test(line));
  return lines.map((line) => line.replace(/\s+#.*$/, '').trim());
}

it('every command under "Use it" in the README runs as written', () => {
  const commands = commandsOf('README.md', 'Use it');
  expect(commands.length).toBeGreaterThanOrEqual(4);
  for (const command of commands) {
    const folder = project();
    const { status, stdout, stderr } = shell(command.replace('bin/highwater.cjs', BIN), folder);
    expect([command, status, stderr]).toEqual([command, 0, expect.stringMatching(/peak [\d.]+ MiB/)]);
    expect(stdout).toContain('trained 20000');
    const made = readdirSync(folder).filter((name) => /\.(?:highwater|html)$/.test(name));
    expect(made.some((name) => name.endsWith('.html'))).toBe(command.includes('--html'));
    expect(made.some((name) => name.endsWith('.highwater'))).toBe(true);
  }
});

it('the guide names only commands and options that there are', () => {
  const folder = project();
  expect(shell(`${BIN} run -q train.py`, folder).status).toBe(0);
  const guide = shell(`${BIN} guide`, folder);
  expect(guide.status).toBe(0);
  const used = new Set(guide.stdout.match(/--[a-z][a-z-]+/g));
  for (const option of used) {
    if (['--data', '--epochs'].includes(option)) continue; // the program's own
    const known = ['run', 'report', 'view', 'diff', 'fit', 'xray', 'slim', 'formats', 'doctor'].some((name) =>
      shell(`${BIN} ${name} --help`, folder).stdout.includes(option),
    );
    expect([option, known]).toEqual([option, true]);
  }
  const report = shell(`${BIN} report train.highwater --speedscope --pprof --collapsed --csv --html`, folder);
  expect(report.status).toBe(0);
  for (const name of ['train.speedscope.json', 'train.pb.gz', 'train.collapsed.txt', 'train.csv', 'train.html']) {
    expect([name, existsSync(join(folder, name))]).toEqual([name, true]);
  }
});

it.each(['xray', 'slim'])('the example of docs/%s.md is what its commands print', (name) => {
  const document = readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');
  const example = document.split('## An example')[1]!;
  const commands = example.match(/^ {4}\S.*$/gm)!.slice(0, 2);
  const folder = makeFolder();
  let printed = '';
  for (const command of commands) {
    const line = command
      .trim()
      .replace('examples/', `${ROOT}/examples/`)
      .replace(`highwater ${name}`, `COLUMNS=100 ${BIN} ${name}`);
    const ended = shell(line, folder);
    expect([command, ended.status, ended.stderr]).toEqual([command, 0, '']);
    printed = ended.stdout;
  }
  expect(example.split('```')[1]!.trim()).toBe(printed.trim());
});
