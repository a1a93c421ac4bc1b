// `view` and `doctor`, as a user meets them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { BIN, makeFolder, userEnvironment } from './highwater.ts';

function run(args: readonly string[], folder: string) {
  return spawnSync(BIN, args, { cwd: folder, env: userEnvironment(), encoding: 'utf8', timeout: 60_000 });
}

it('view serves the report at an address that cannot be guessed, and ends on Ctrl-C', async () => {
  const folder = makeFolder({ 'app.py': 'x = bytearray(8 << 20)\n' });
  expect(run(['run', '-q', 'app.py'], folder).status).toBe(0);
  const viewer = spawn(BIN, ['view', '--no-open', 'app.highwater'], { cwd: folder, env: userEnvironment() });
  onTestFinished(() => {
    viewer.kill('SIGKILL');
  });
  let said = '';
  viewer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/http:\S+\//.test(said)) await once(viewer.stderr, 'data');
  const url = /http:\S+\//.exec(said)![0];
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>app.py');
  expect((await fetch(new URL('/', url))).status).toBe(404);
  viewer.kill('SIGINT');
  expect((await once(viewer, 'exit'))[0]).toBe(0);
});

it('doctor tries each thing and says what it found', () => {
  const folder = makeFolder();
  const { status, stdout } = run(['doctor', '--json'], folder);
  expect(status).toBe(0);
  const { findings } = JSON.parse(stdout) as { findings: { what: string; verdict: string }[] };
  const verdicts = Object.fromEntries(findings.map(({ what, verdict }) => [what, verdict]));
  expect(verdicts).toMatchObject({ kernel: expect.stringMatching(/ok|limited/), agent: 'ok', 'trial run': 'ok' });
  expect(run(['doctor', '--python', '/bin/false'], folder).status).toBe(3);
});

it('started by its own name it says nothing of its own', () => {
  const { status, stdout, stderr } = run(['--version'], makeFolder());
  expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/), '']);
});
