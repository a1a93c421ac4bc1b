import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Environment = Record<string, string>;
const MODULE = path.join(import.meta.dirname, 'caller-env.cjs');
const { callerEnvironment, removeAdditions } = createRequire(import.meta.url)(MODULE) as {
  callerEnvironment: () => Environment;
  removeAdditions: (environment: Environment) => Environment;
};

describe('callerEnvironment', () => {
  let folder = '';
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'highwater-caller-'));
    const show = `node -e "process.stdout.write(JSON.stringify(require('${MODULE}').callerEnvironment()))"`;
    const nested = 'npm run --silent show';
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts: { show, nested } }));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const OWN: Environment = {
    PATH: process.env.PATH ?? '',
    HOME: os.homedir(),
    EDITOR: 'ed',
    MY_OWN: 'a=b c',
    EMPTY: '',
  };
  const underNpm = (script: string): Environment =>
    JSON.parse(execFileSync('npm', ['run', '--silent', script], { cwd: folder, env: OWN, encoding: 'utf8' }));

  it('gives exactly what npm was called with', () => {
    expect(underNpm('show')).toEqual(OWN);
  });

  it('sees through an npm inside an npm', () => {
    expect(underNpm('nested')).toEqual(OWN);
  });

  it('changes nothing where there is no npm', () => {
    const { npm_lifecycle_event: _, ...environment } = process.env;
    const code = `process.stdout.write(JSON.stringify(require('${MODULE}').callerEnvironment()))`;
    const shown = execFileSync(process.execPath, ['-e', code], { env: environment, encoding: 'utf8' });
    expect(JSON.parse(shown)).toEqual(environment);
    expect(callerEnvironment()).toBeTypeOf('object');
  });
});

describe('removeAdditions', () => {
  it('takes away what npm is known to add, and leaves the rest', () => {
    const environment = {
      npm_config_cache: '/c',
      npm_package_name: 'x',
      INIT_CWD: '/w',
      NODE: '/n',
      COLOR: '1',
      NODE_OPTIONS: '--stack-trace-limit=5',
      PATH: '/w/node_modules/.bin:/node_modules/.bin:/usr/lib/npm/lib/node-gyp-bin:/my/bin:/usr/bin',
    };
    expect(removeAdditions(environment)).toEqual({
      NODE_OPTIONS: '--stack-trace-limit=5',
      PATH: '/my/bin:/usr/bin',
    });
  });
});
