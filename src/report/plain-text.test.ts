import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeOverview } from '#analysis/overview.ts';
import { profileFromText } from '../../test/profiles.ts';
import { painter } from './colour.ts';
import { formatPlace, shortPath } from './place.ts';
import { plainLine, plainText } from './plain-text.ts';
import { renderTerminal } from './terminal.ts';

describe('text from strangers', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m.py', 'red.py'],
    ['a new window title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a title ended the other way', 'a\u001b]0;owned\u001b\\b', 'ab'],
    ['eight-bit sequences', 'a\u009b2Jb', 'ab'],
    ['a lone escape', 'a\u001bcb', 'a cb'],
    ['line ends and tabs', 'a\r\nb\tc', 'a  b c'],
    ['a reversed name', 'photo\u202egpj.py', 'photogpj.py'],
    ['nothing to see', 'a\u200b\u2060b\ufeff', 'ab'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['other languages', 'données/日本語.py', 'données/日本語.py'],
  ])('%s', (_what, given, shown) => {
    expect(plainText(given)).toBe(shown);
  });

  it('prints as one line without control characters, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainLine(text)).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e]/u);
        expect(plainText(plainText(text))).toBe(plainText(text));
      }),
    );
  });

  it('reaches the terminal only that way', () => {
    const name = '\u001b[2J\u202eevil\u0007';
    const profile = profileFromText(`${name}.py:${name}:1 = 1 MiB`, { meta: { title: name } });
    const { text } = renderTerminal(profile, computeOverview(profile), { width: 80, colour: false, lines: 5 });
    expect(text).toContain('evil .py:1');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u);
  });
});

describe('places', () => {
  it.each([
    ['/home/me/project/src/app.py', 'src/app.py'],
    ['/home/me/project2/app.py', '/home/me/project2/app.py'],
    ['/v/lib/python3.11/site-packages/sklearn/tree.py', 'sklearn/tree.py'],
    ['app.py', 'app.py'],
    ['<stdin>', '<stdin>'],
  ])('%s is %s', (file, short) => {
    expect(shortPath(file, '/home/me/project')).toBe(short);
    expect(shortPath(file, '/home/me/project/')).toBe(short);
  });

  it('have a line where one is known', () => {
    expect(formatPlace('app.py', 3, '/')).toBe('app.py:3');
    expect(formatPlace('app.py', -1, '')).toBe('app.py');
    expect(formatPlace('', -1, '/')).toBe('(native code)');
  });
});

describe('styles', () => {
  it('wrap words, never nothing, and only where colour is wanted', () => {
    expect(painter(true)('bad', 'x')).toBe('\u001b[31mx\u001b[0m');
    expect(painter(true)('bad', '')).toBe('');
    expect(painter(false)('bad', 'x')).toBe('x');
  });
});
