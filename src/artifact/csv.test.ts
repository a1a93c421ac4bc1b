import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { readCsv } from './csv.ts';
import { parseRows } from './csv-rows.ts';

const read = (text: string, packages: Record<string, string> = {}) =>
  readCsv({
    source: new MemorySource(new TextEncoder().encode(text)),
    name: 't.csv',
    python: { major: 3, minor: 11 },
    installed: (name) => packages[name],
    openBeside: () => undefined,
  });

function types(text: string): string[] {
  const { rows } = read(text).arrays;
  return rows.map(({ path, type }) => `${path}: ${type}`).sort();
}

describe('rows of delimited text', () => {
  it('are all told of a file that is looked at as a whole, however many fields they have', () => {
    const text = `${'1,'.repeat(99)}1\n`.repeat(11_000);
    expect(parseRows(text, ',').length).toBe(11_000);
  });

  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '"x,y",z\n"say ""hi""",\n',
      [
        ['x,y', 'z'],
        ['say "hi"', ''],
      ],
    ],
    ['"two\nlines",1\n', [['two\nlines', '1']]],
    ['a\n\n\nb\n', [['a'], ['b']]],
    ['"never closed,1\n2,3\n', [['never closed,1\n2,3\n']]],
  ])('%j', (text, rows) => {
    expect(parseRows(text, ',')).toEqual(rows);
  });

  it('come back as they were written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' ', '1') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), (rows) => {
        const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(parseRows(quoted, ',')).toEqual(rows);
      }),
    );
  });
});

describe('types of columns', () => {
  it("are pandas' own", () => {
    const text = 'i,f,t,b,m,e\n1,1.5,x,True,1,1e3\n-2,.5,y,False,,nan\n3,2,z,True,2,inf\n';
    expect(types(text)).toEqual(['b: bool', 'e: float64', 'f: float64', 'i: int64', 'm: float64', 't: text']);
  });

  it('a name that is missing is numbered as pandas does', () => {
    expect(types(',b\n1,2\n3,4\n')).toEqual(['Unnamed: 0: int64', 'b: int64']);
  });

  it('text costs objects in pandas 2, and its bytes in pandas 3', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `${i},some longer text number ${i}`);
    const text = `n,t\n${rows.join('\n')}\n`;
    const [two, three] = ['2.2.3', '3.0.1'].map((version) => read(text, { pandas: version }).forecast!);
    expect(two!.call).toContain('pandas 2');
    expect(two!.residentLow).toBeGreaterThan(three!.residentLow * 1.5);
    // 8 for the number; 8 for the pointer; str of 49 and about 28 bytes, rounded to 80.
    expect(two!.residentLow).toBeGreaterThan(2000 * (8 + 8 + 64));
    expect(two!.residentLow).toBeLessThan(2000 * (8 + 8 + 96) + 20_000);
  });

  it('narrower types are proposed with a margin', () => {
    const rows = Array.from({ length: 500 }, (_, i) => `${i % 100},${i * 1000},${i % 2 ? 'red' : 'green'}`);
    const { advice } = read(`small,large,color\n${rows.join('\n')}\n`);
    const how = advice.find(({ id }) => id === 'dtype')?.how ?? '';
    expect(how).toContain('"small": \'uint8\'');
    expect(how).toContain('"large": \'uint32\'');
    expect(how).toContain('"color": \'category\'');
  });
});
