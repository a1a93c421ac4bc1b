import { expect, test } from 'vitest';
import { callerEnvironment } from './caller-environment.ts';

test('without npm the environment is the very same', () => {
  const environment = { PATH: '/a/node_modules/.bin:/usr/bin', npm_config_registry: 'x', INIT_CWD: '/here' };
  expect(callerEnvironment(environment)).toEqual(environment);
});

test('what npm adds for its scripts is taken out again', () => {
  const environment = {
    HOME: '/home/me',
    PATH: '/p/node_modules/.bin:/node_modules/.bin:/usr/lib/node_modules/npm/node-gyp-bin:/usr/bin:/bin',
    npm_execpath: '/usr/lib/npm-cli.js',
    npm_lifecycle_event: 'demo',
    npm_config_cache: '/c',
    npm_package_name: 'x',
    INIT_CWD: '/p',
    NODE: '/usr/bin/node',
    npm_token_of_mine: 'kept',
    NODE_ENV: 'kept',
    EMPTY: '',
  };
  expect(callerEnvironment(environment)).toEqual({
    HOME: '/home/me',
    PATH: '/usr/bin:/bin',
    npm_token_of_mine: 'kept',
    NODE_ENV: 'kept',
    EMPTY: '',
  });
});

test('no PATH stays no PATH', () => {
  expect(callerEnvironment({ npm_execpath: 'x' })).toEqual({});
});
