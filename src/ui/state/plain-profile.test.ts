import { expect, test } from 'vitest';
import { profileFromText } from '../../../test/profiles.ts';
import { withPlainTexts } from './plain-profile.ts';

test('what would turn or hide text is taken out, the rest stays', () => {
  const profile = profileFromText('a\u202eb.py:größe:3 = 1 MiB', {
    meta: { title: 'x\u200b\u001b[31m.py', command: ['ä', '\tb'] },
  });
  const { strings, meta } = withPlainTexts(profile);
  expect(strings).toContain('ab.py');
  expect(strings).toContain('größe');
  expect(strings).toHaveLength(profile.strings.length);
  expect([meta.title, ...meta.command]).toEqual(['x.py', 'ä', '    b']);
  expect(meta.durationMs).toBe(profile.meta.durationMs);
});
