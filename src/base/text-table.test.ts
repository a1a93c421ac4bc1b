import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutStart, renderTable, type TextColumn, textWidth, wrapText } from './text-table.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('日本語', 'é', '👩‍🔬 lab', 'plain'));

describe('width', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['日本語', 6],
    ['한글', 4],
    ['é', 1],
    ['🚀', 2],
    ['｡', 1],
    ['ｆｕｌｌ', 8],
  ])('%j takes %d columns', (value, width) => {
    expect(textWidth(value)).toBe(width);
  });
});

describe('cutting', () => {
  it('marks what is missing, at the end or at the start', () => {
    expect(cutEnd('abcdef', 4)).toBe('abc…');
    expect(cutStart('abcdef', 4)).toBe('…def');
    expect(cutEnd('日本語', 4)).toBe('日…');
    expect(cutEnd('abc', 3)).toBe('abc');
    expect(cutEnd('abc', 0)).toBe('');
  });

  it('never passes the width', () => {
    fc.assert(
      fc.property(text, fc.nat(12), (value, width) => {
        expect(textWidth(cutEnd(value, width))).toBeLessThanOrEqual(width);
        expect(textWidth(cutStart(value, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('wrapping', () => {
  it('breaks at spaces and keeps every word', () => {
    expect(wrapText('one two three four', 9)).toEqual(['one two', '  three', '  four']);
    expect(wrapText('one two', 40, { first: '- ' })).toEqual(['- one two']);
    expect(wrapText('abcdefghij x', 6)).toEqual(['abcde…', '  x']);
  });

  it('never passes the width', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 40 }), (value, width) => {
        for (const line of wrapText(value, width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('a table', () => {
  const columns: readonly TextColumn[] = [
    { align: 'left', header: 'name', cut: 'end', least: 4 },
    { align: 'right', header: 'size' },
    { align: 'left', cut: 'start', least: 6 },
  ];
  const rows = [
    ['peak', '1,024.0', '/home/me/app.py'],
    ['日本語', '2.0', ''],
  ];

  it('lines up its columns and ends no line in a space', () => {
    expect(renderTable(columns, rows, { width: 60 })).toEqual([
      '  name       size',
      '  peak    1,024.0  /home/me/app.py',
      '  日本語      2.0',
    ]);
  });

  it('cuts the last column that may be cut first, then the others', () => {
    expect(renderTable(columns, rows, { width: 28, indent: '' })).toEqual([
      'name       size',
      'peak    1,024.0  …/me/app.py',
      '日本語      2.0',
    ]);
    expect(renderTable(columns, rows, { width: 20, indent: '' })).toEqual([
      'name     size',
      'peak  1,024.0  …p.py',
      '日…       2.0',
    ]);
  });

  it('paints words, not the space between', () => {
    const painted = renderTable([{ align: 'right', header: 'n', paint: (word) => `<${word}>` }], [['1'], ['10']], {
      width: 20,
      indent: '',
      paintHeader: (word) => `[${word}]`,
    });
    expect(painted).toEqual([' [n]', ' <1>', '<10>']);
  });

  it('never passes the width, whatever the cells', () => {
    const cells = fc.array(fc.tuple(text, text, text), { maxLength: 5 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 20, max: 80 }), (any, width) => {
        for (const line of renderTable(columns, any, { width })) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
