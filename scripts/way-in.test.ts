import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = path.resolve(import.meta.dirname, '..', 'bin', 'highwater.cjs');

/** Stands in for dist/cli/main.js: does what its first argument says. */
const PROGRAM = `
const [what, ...rest] = process.argv.slice(2);
if (what === 'show') console.log(JSON.stringify(rest));
if (what === 'exit') process.exitCode = Number(rest[0]);
if (what === 'die') process.kill(process.pid, rest[0]);
if (what === 'wait') {
  process.on(rest[0], () => { console.log('got', rest[0]); process.exit(5); });
  console.log('ready');
  setTimeout(() => {}, 60_000);
}
`;

describe('bin/highwater.cjs', () => {
  let root = '';
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'highwater-bin-'));
    plant('bin/highwater.cjs', fs.readFileSync(BIN, 'utf8'));
    plant('pretend-old.cjs', "Object.defineProperty(process, 'versions', { value: { node: '20.9.0' } });");
    plant('package.json', '{ "type": "module" }');
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  function plant(name: string, text: string, mode = 0o644): void {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
  }

  /** The repository's own node: this one, less the preloaded pretence. */
  function plantOwnNode(): void {
    plant(
      `node_modules/node-linux-${process.arch}/bin/node`,
      `#!/bin/sh\nshift 2\nexec '${process.execPath}' "$@"\n`,
      0o755,
    );
  }

  const command = (old: boolean): string[] => [...(old ? ['-r', './pretend-old.cjs'] : []), 'bin/highwater.cjs'];
  const run = (old: boolean, ...args: string[]) =>
    spawnSync(process.execPath, [...command(old), ...args], { cwd: root, encoding: 'utf8' });

  it('is old syntax throughout, so that any node can read it', () => {
    const source = fs.readFileSync(BIN, 'utf8').replace(/'(?:\\.|[^'\\\n])*'|\/\/.*|\/\*[\s\S]*?\*\//g, "''");
    expect(source.match(/=>|`|\b(?:let|const|class|async|await|import)\b|\?\.|\.\.\.|,\s*\)/g)).toBeNull();
  });

  it('says in one sentence that node is too old', () => {
    const { status, stderr } = run(true, 'show');
    expect(status).toBe(125);
    expect(stderr).toMatch(/^highwater: node 22\.19 or later is needed, and this is 20\.9\.0 \(.*\)\.\n$/);
  });

  it('names the command that brings a newer node in a checkout', () => {
    plant('scripts/setup.cjs', '');
    expect(run(true, 'show').stderr).toMatch(/; `npm run build` in .* brings one\.\n$/);
  });

  it('says what to do when nothing is built', () => {
    const { status, stderr } = run(false, 'show');
    expect(status).toBe(125);
    expect(stderr).toMatch(/^highwater: the program is not built yet .*npm run build.*\n$/);
  });

  describe.each([
    ['on a node that is new enough', false],
    ["on an old node, through the checkout's own", true],
  ])('%s', (_, old) => {
    beforeEach(() => {
      plantOwnNode();
      plant('dist/cli/main.js', PROGRAM);
    });

    it('passes arguments and exit code through', () => {
      expect(JSON.parse(run(old, 'show', 'a b', '--html', '').stdout)).toEqual(['a b', '--html', '']);
      expect(run(old, 'exit', '7').status).toBe(7);
    });

    it.each(['SIGTERM', 'SIGKILL', 'SIGINT'])('dies by %s when the program does', (signal) => {
      expect(run(old, 'die', signal).signal).toBe(signal);
    });

    it.each(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT'])('lets %s reach the program', async (signal) => {
      // A session of its own, so that there is no terminal whose signals the program would have had already.
      const child: ChildProcess = spawn(process.execPath, [...command(old), 'wait', signal], {
        cwd: root,
        detached: true,
      });
      let said = '';
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said === 'ready\n') child.kill(signal as NodeJS.Signals);
      });
      const [code] = await once(child, 'exit');
      expect([code, said]).toEqual([5, `ready\ngot ${signal}\n`]);
    });
  });
});
