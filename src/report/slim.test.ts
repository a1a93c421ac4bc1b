import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import schema from '../../docs/schemas/slim.schema.json' with { type: 'json' };
import { renderSlim, renderSlimJson, type SlimReport } from './slim.ts';

const MIB = 2 ** 20;
const REPORT: SlimReport = {
  schema: 'highwater-slim/1',
  input: '/models/m.pkl',
  output: '/models/n.pkl',
  inputBytes: 40 * MIB,
  outputBytes: 30 * MIB,
  inflatedBefore: 40 * MIB,
  inflatedAfter: 30 * MIB,
  compression: null,
  pickles: 1,
  protocol: 4,
  opcodes: 1_000_000,
  memoBefore: 300_000,
  memoAfter: 1_200,
  shared: { text: 1_100, bytes: 0, float: 90, tuple: 10 },
  splicedArrays: 0,
  wrappedStates: 0,
  keptClasses: [],
  graph: '0123456789abcdef',
  forecast: null,
  load: null,
  notes: [],
};

const PREDICTED = { peak: 1, residentLow: 1, residentHigh: 1, confidence: 'low' as const };

function text(more: Partial<SlimReport> = {}): string {
  return renderSlim({ ...REPORT, ...more }, { width: 200, colour: false }).text;
}

describe('the report of slim', () => {
  it('says what became less, and what was proved', () => {
    expect(text()).toBe(
      [
        '/models/n.pkl',
        '  file           30.0 MiB  was 40.0 MiB, -25 %',
        '  memo entries      1,200  were 300,000',
        '  shared texts      1,100  that were several equal objects, or one that is used again',
        '  shared floats        90  equal to the bit',
        '  shared tuples        10  of constants',
        '',
        'Both files make the same object graph (0123456789abcdef): values, types, order, sharing and cycles. Neither was loaded;',
        '  --verify load loads both and compares.',
        'Checksums and signatures of the old file do not fit the new one. The old file is as it was.',
        '',
      ]
        .join('\n')
        .replace('loaded;\n  --verify', 'loaded; --verify'),
    );
  });

  it('says what loading is predicted to take, where that was asked', () => {
    const load = { residentLow: 30 * MIB, residentHigh: 32 * MIB, confidence: 'high' as const };
    const forecast = { python: '3.11', before: { ...load, peak: 700 * MIB }, after: { ...load, peak: 32 * MIB } };
    expect(text({ forecast })).toContain(
      '  load peak      32.0 MiB  was 700 MiB; predicted for Python 3.11, confidence high\n' +
        '  after loading  32.0 MiB  30.0 MiB to 32.0 MiB; was 30.0 MiB to 32.0 MiB\n',
    );
  });

  it('names what the comparison of the loads could not see', () => {
    expect(text({ load: { objects: 5000, opaque: { 'a.B': 2 } } })).toContain(
      'Both were loaded, and 5,000 objects compared equal, but for 2 of a.B.',
    );
  });

  it('names classes whose states stayed as they were, and lets none of their names move the cursor', () => {
    const kept = text({ keptClasses: [{ name: 'a.B\u001b[2J', instances: 3, why: 'it has a __setstate__' }] });
    expect(kept).toContain('  a.B (3): it has a __setstate__\n');
  });

  it('is as the schema says', () => {
    const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
    for (const report of [
      REPORT,
      { ...REPORT, forecast: { python: '3.13', before: PREDICTED, after: PREDICTED } },
      { ...REPORT, load: { objects: 1, opaque: { x: 1 } }, compression: 'zlib' as const },
    ]) {
      expect(validate(JSON.parse(renderSlimJson(report).text)), JSON.stringify(validate.errors)).toBe(true);
    }
  });
});
