// Failures in the words of the person who met one: what happened, the usual causes, one command to try.
import type { Failure } from '#base/result.ts';

interface Advice {
  readonly causes?: string;
  readonly attempt?: string;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  'script-missing': {
    causes: 'The name is misspelt, or it is relative to another folder.',
    attempt: 'ls -l, or highwater run -m MODULE for an installed module',
  },
  'not-python': {
    causes: 'It is a compiled program or a script of another language.',
    attempt: 'highwater run -- PROGRAM ARGS',
  },
  'python-not-found': {
    causes: 'No python3 or python on the PATH: a virtual environment that is not active, or an image without Python.',
    attempt: 'highwater run --python /path/to/python SCRIPT',
  },
  'python-unusable': { attempt: 'python3 --version' },
  'command-not-found': { causes: 'The name is misspelt, or not on the PATH.', attempt: 'command -v PROGRAM' },
  'command-not-executable': {
    causes: 'The file has no execute permission, or is not a program.',
    attempt: 'highwater run SCRIPT.py for a Python script, or chmod +x FILE',
  },
  'no-compiler': {
    causes: 'The agent is compiled once, on first use, and this machine has no C compiler.',
    attempt: 'apt-get install gcc libc6-dev (or set CC=/path/to/compiler)',
  },
  'agent-build-failed': { causes: 'The compiler lacks its headers, or is too old.', attempt: 'highwater doctor' },
  'cache-unwritable': { attempt: 'XDG_CACHE_HOME=/some/folder highwater run ...' },
  'output-unwritable': {
    causes: 'The folder is read-only, belongs to somebody else, or the disk is full.',
    attempt: 'highwater run -o /tmp/run.highwater ...',
  },
  'run-folder-unwritable': {
    causes: 'The disk is full.',
    attempt: 'df -h . ; highwater run -o /other/disk/run.highwater ...',
  },
  'input-missing': { attempt: 'ls *.highwater *.highwater-run' },
  'input-unreadable': { causes: 'The file belongs to somebody else.', attempt: 'ls -l FILE' },
  'not-a-profile': {
    causes:
      'highwater reads what `highwater run` wrote: a .highwater file, or the .highwater-run folder of a killed run.',
    attempt: 'highwater run SCRIPT.py',
  },
  'profile-newer': { causes: 'It was written by a later highwater.', attempt: 'npm install -g highwater@latest' },
  'profile-truncated': {
    causes: 'The copy was cut off, or the disk was full.',
    attempt: 'copy it again, or highwater report FOLDER.highwater-run if the folder of the run is still there',
  },
  'profile-damaged': { causes: 'The file was changed after it was written.', attempt: 'copy it again' },
  'nothing-measured': { causes: 'The program ended before the first look.', attempt: 'highwater report FILE' },
  'too-many-runs': { attempt: 'highwater diff AFTER1 AFTER2 ... --against BEFORE1 BEFORE2 ...' },
  'no-such-run': { attempt: '--count NAME=40 for a file NAME.highwater' },
  'no-limit': { attempt: '--limit 16GiB' },
  'python-version': { attempt: 'highwater xray --python 3.12 MODEL, or --python /path/to/python' },
  'model-missing': { causes: 'The name is misspelt, or it is relative to another folder.', attempt: 'ls -l' },
  'model-unreadable': { causes: 'It belongs to somebody else, or is a pipe or a device.', attempt: 'ls -l FILE' },
  'model-folder': {
    causes: 'A model saved as a folder: name the files in it that hold the weights.',
    attempt: 'highwater xray FOLDER/*.safetensors',
  },
  'model-empty': {
    causes: 'The download or the copy failed, or the disk was full.',
    attempt: 'df -h . ; copy it again',
  },
  'artifact-unknown': {
    causes: 'It is no model file, is encrypted, or is in a format that highwater does not read.',
    attempt: 'file FILE',
  },
  'artifact-other': { attempt: 'highwater xray --help lists what can be read' },
  'artifact-damaged': {
    causes: 'The download or the copy was cut off, or the file was changed after it was written.',
    attempt: 'compare its size and checksum with the original, and copy it again',
  },
  'artifact-refused': {
    causes: 'The file was made to exhaust memory or to show different programs different contents, or is damaged.',
    attempt: 'do not load it; get it again from where it came from',
  },
  'artifact-unsupported': {
    causes: 'It was written by a newer program, or with an option that highwater does not read.',
    attempt: 'unpack or save it again in the usual form, then highwater xray FILE',
  },
  'not-a-run-folder': { attempt: 'ls -d *.highwater-run' },
  'same-file': { attempt: 'highwater slim MODEL -o NEW, and rename it when you are content' },
  'output-exists': { attempt: 'highwater slim MODEL -o OUT --force to replace it' },
  'scratch-full': { attempt: 'TMPDIR=/a/folder/on/a/larger/disk highwater xray FILE' },
  'codec-missing': {
    causes:
      'Those compressions are read by the bz2 and lzma modules of Python: none was found, or it was built without.',
    attempt: '--python /path/to/the/python/that/made/it; or bunzip2 or unxz the file first',
  },
  'slim-not-proved': { causes: 'A bug of ours.', attempt: 'keep the file, and tell us' },
  'loads-differ': { causes: 'A class that looks at the identity of equal values, or a bug of ours.' },
  'load-failed': {
    causes: 'A package that the model needs is missing, its class lives in a script, or memory did not suffice.',
    attempt: 'highwater slim --python /path/to/the/python/that/loads/it, or --memory SIZE',
  },
  'stream-version': {
    causes: 'The run was made by another version of highwater.',
    attempt: 'use that version to report it',
  },
};

/** Lines for stderr, without the program's name in front. */
export function explain(failure: Failure): string {
  const { causes, attempt } = ADVICE[failure.code] ?? {};
  const lines = [`${failure.message}${failure.cause ? ` (${failure.cause})` : ''}.`];
  if (causes) lines.push(`  Usual causes: ${causes}`);
  if (attempt) lines.push(`  Try: ${attempt}`);
  return lines.join('\n');
}

/** Exit codes of `run`'s own failures, after env(1) and sh(1). */
export function runExitCode(failure: Failure): number {
  switch (failure.code) {
    case 'script-missing':
    case 'python-not-found':
    case 'command-not-found':
      return 127;
    case 'not-python':
    case 'python-unusable':
    case 'command-not-executable':
      return 126;
    default:
      return 125;
  }
}
