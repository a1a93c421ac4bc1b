// The environment as the user has it. npm and npx add variables of their own and put folders in front of PATH; a program
// under measurement must not see them, or it would run another python than it does without us.
import { sep } from 'node:path';
import { IGNORED_SIGNALS } from './ignored-signals.ts';

const ADDED = /^(?:npm_(?:config|package|lifecycle|command|execpath|node_execpath|old_pid)|INIT_CWD$|NODE$)/;

/** Unchanged where no npm script is under way, but for what our own start has put in. */
export function callerEnvironment({ [IGNORED_SIGNALS]: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (environment.npm_execpath === undefined && environment.npm_lifecycle_event === undefined) return environment;
  const own: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment)) if (!ADDED.test(name)) own[name] = value;
  const path = environment.PATH?.split(':').filter((folder) => !isAdded(folder));
  if (path) own.PATH = path.join(':');
  return own;
}

function isAdded(folder: string): boolean {
  return folder.endsWith(`${sep}node_modules${sep}.bin`) || folder.endsWith(`${sep}node-gyp-bin`);
}
