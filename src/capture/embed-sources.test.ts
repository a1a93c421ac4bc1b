import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FrameTableBuilder, StringTableBuilder } from '#profile/build.ts';
import { embedSources } from './embed-sources.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'highwater-sources-'));
  const numbered = Array.from({ length: 30 }, (_, i) => `line ${i + 1}   `).join('\n');
  writeFileSync(join(folder, 'own.py'), numbered);
  writeFileSync(join(folder, 'library.py'), numbered);
  writeFileSync(join(folder, 'wide.py'), `${'x'.repeat(500)}\nnext`);
  writeFileSync(join(folder, 'huge.py'), Buffer.alloc((4 << 20) + 1, '\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Frames as "own.py:10"; gives what is embedded as "own.py:10 line 10". */
function embed(frames: readonly string[], embedding = true): string[] {
  const strings = new StringTableBuilder();
  const builder = new FrameTableBuilder();
  for (const frame of frames) {
    const [file, line] = frame.split(':');
    builder.intern(strings.intern(file!), strings.intern('f'), Number(line));
  }
  const table = embedSources(builder.finish(), strings, {
    workingDirectory: folder,
    embed: embedding,
    isOwn: (file) => !file.includes('library'),
  });
  const names = strings.finish();
  return Array.from(
    { length: table.length },
    (_, i) => `${names[table.file[i]!]}:${table.line[i]} ${names[table.text[i]!]}`,
  );
}

test('of their own code the line and four on each side, of a library the line alone', () => {
  expect(embed(['own.py:10'])).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14].map((n) => `own.py:${n} line ${n}`));
  expect(embed(['library.py:10'])).toEqual(['library.py:10 line 10']);
});

test('lines that several frames want are there once', () => {
  expect(embed(['own.py:2', 'own.py:3', 'own.py:2'])).toHaveLength(7);
});

test('at the ends of a file there is less', () => {
  expect(embed(['own.py:1'])).toHaveLength(5);
  expect(embed(['own.py:30'])).toHaveLength(5);
  expect(embed(['own.py:40'])).toEqual([]);
});

test('long lines are cut', () => expect(embed(['wide.py:1'])[0]).toHaveLength('wide.py:1 '.length + 200));

test('what has no file has no lines, nor has a file that is gone, too large, or a folder', () => {
  expect(embed([':5', '<string>:1', 'own.py:-1', 'own.py:0', 'gone.py:1', 'huge.py:3', '.:1', '/dev/zero:1'])).toEqual(
    [],
  );
});

test('none where they are not wanted', () => expect(embed(['own.py:10'], false)).toEqual([]));

test('by their whole path too', () => {
  expect(embed([`${join(folder, 'library.py')}:3`])).toEqual([`${join(folder, 'library.py')}:3 line 3`]);
});
