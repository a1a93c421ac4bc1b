import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addRunOptions, joinFormatFiles } from './options.ts';
import { separateRunWords } from './run-words.ts';

/** What is ours and what is the program's, as commander has it in the end: "quiet html | script.py --html". */
function understand(line: string): { ours: Record<string, unknown>; program: readonly string[] } {
  const words = line.split(' ').filter(Boolean);
  let seen: { ours: Record<string, unknown>; program: readonly string[] } | undefined;
  const program = new Command().enablePositionalOptions().exitOverride();
  addRunOptions(program.command('run'))
    .argument('[words...]')
    .passThroughOptions()
    .configureOutput({ writeErr: () => {} })
    .action((rest: string[], options: object) => {
      const { source, mean, lines, previous, ...ours } = joinFormatFiles(options) as Record<string, unknown>;
      seen = { ours, program: rest };
    });
  program.parse(['run', ...separateRunWords(words, addRunOptions(new Command()))], { from: 'user' });
  return seen!;
}

describe('words of `run`', () => {
  const cases: readonly [line: string, ours: Record<string, unknown>, program: string][] = [
    ['a.py', {}, 'a.py'],
    ['--html a.py', { html: true }, 'a.py'],
    ['--html=x.html a.py', { html: 'x.html' }, 'a.py'],
    ['--json=- --csv a.py --csv', { json: '-', csv: true }, 'a.py --csv'],
    ['a.py --html --json=a -q -m x', {}, 'a.py --html --json=a -q -m x'],
    ['a.py -- --html', {}, 'a.py -- --html'],
    ['-q -m pytest -q --json=a tests', { quiet: true, module: 'pytest' }, '-q --json=a tests'],
    ['-qm pytest -q', { quiet: true, module: 'pytest' }, '-q'],
    ['-mpytest -q', { module: 'pytest' }, '-q'],
    ['--module=pytest -x', { module: 'pytest' }, '-x'],
    ['--module pytest -- -x', { module: 'pytest' }, '-- -x'],
    ['-c code -c more', { code: 'code' }, '-c more'],
    ['-o -m a.py', { output: '-m' }, 'a.py'],
    ['--output=-m a.py', { output: '-m' }, 'a.py'],
    ['-n 5 --mean 1M --min-bytes 2K a.py -n 7', { minBytes: 2048 }, 'a.py -n 7'],
    ['--include x --include y --exclude z a.py', { include: ['x', 'y'], exclude: ['z'] }, 'a.py'],
    ['-q -- sh -c x', { quiet: true }, 'sh -c x'],
    ['-- --html', {}, '--html'],
  ];
  test.for(cases)('%s', ([line, ours, program]) => {
    expect(understand(line)).toEqual({ ours, program: program.split(' ') });
  });

  test('whatever comes after the script is handed on as it is', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-m', '-c', '--html', '--json=x', '-q', '-o', '--include', ''),
    );
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom(['a.py'], ['-q', 'a.py'], ['--html=x', 'a.py']), (words, before) => {
        const separated = separateRunWords([...before, ...words], addRunOptions(new Command()));
        expect(separated.slice(separated.indexOf('a.py') + 1)).toEqual(words);
      }),
    );
  });

  test('and what comes after -m or -c, behind a --', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.constantFrom('-m', '-c', '--module', '--code'), (words, option) => {
        const separated = separateRunWords([option, 'x', ...words], addRunOptions(new Command()));
        expect(separated).toEqual([option, 'x', '--', ...words]);
      }),
    );
  });
});
