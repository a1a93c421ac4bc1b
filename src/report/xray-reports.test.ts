// The reports of the X-ray, over the model files that the libraries made.
import fs from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '#base/text-table.ts';
import schema from '../../docs/schemas/artifact.schema.json' with { type: 'json' };
import { loadModel, MODELS, readModel } from '../../test/models.ts';
import type { XrayedModel } from './xray.ts';
import { renderXrayHtml } from './xray-html.ts';
import { renderXrayJson } from './xray-json.ts';
import { renderXrayTerminal } from './xray-terminal.ts';

const NAMES = fs.readdirSync(MODELS).filter((name) => !/\.(?:py|json|data)$/.test(name));

function xrayed(name: string): XrayedModel {
  const result = readModel(name, loadModel(name));
  if (!result.ok) throw new Error(result.error.message);
  return { path: name, report: result.value, measured: null };
}

const MEASURED = {
  call: 'np.load(path)',
  python: '3.11',
  baseline: 3e7,
  peak: 1e8,
  resident: 9e7,
  afterTrim: 9e7,
  fileBacked: 0,
  seconds: 0.2,
  failure: '',
  classes: [
    { name: 'numpy.ndarray', count: 3, bytes: 8e7, predictedCount: 3, predictedBytes: 8e7 },
    { name: 'builtins.list', count: 1, bytes: 88, predictedCount: null, predictedBytes: null },
  ],
  classesNote: '',
  lines: [
    { file: '/lib/numpy/_core/records.py', line: 12, func: 'load', peak: 9e7, after: 8e7 },
    { file: '', line: null, func: '', peak: null, after: 2e6 },
  ],
};
const ALL = NAMES.map(xrayed);
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const TOOL = { name: 'highwater', version: '0.0.0' };
const screen = { width: 100, colour: false, lines: 12 };

describe('on a terminal', () => {
  it.each(ALL.map((model) => [model.path, model] as const))(
    '%s fits 100 columns and has no figure that is none',
    (_, model) => {
      const { text } = renderXrayTerminal([model, { ...model, measured: MEASURED }], screen);
      for (const line of text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(100);
      expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
      expect(text).not.toMatch(/\bsafe\b/i);
      expect(text).toContain(model.path);
    },
  );

  it('draws arrays as a tree', () => {
    const { text } = renderXrayTerminal([xrayed('weights.h5')], screen);
    expect(text).toMatch(/├ model_weights\/dense +0\.1 +2 arrays/);
    expect(text).toMatch(/│ {3}├ kernel +0\.0 +float32 +3 x 4|│ ├ kernel +0\.0 +float32 +3 x 4/);
  });

  it('names of a file cannot steer it', () => {
    const model = xrayed('plain.npy');
    const row = { ...model.report.arrays.rows[0]!, path: '\u001b[31mred\u202e\n' };
    const report = { ...model.report, arrays: { ...model.report.arrays, rows: [row] } };
    const { text } = renderXrayTerminal([{ ...model, path: 'x\u001b]0;title\u0007', report }], screen);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('as JSON', () => {
  it('keeps its schema, for every format, measured and failed', () => {
    const models = [...ALL, { ...ALL[0]!, measured: MEASURED }];
    const failures = [{ path: 'x', code: 'artifact-damaged', message: 'x: the header is cut off (at byte 3)' }];
    const report = JSON.parse(renderXrayJson(models, failures, TOOL).text);
    expect(validate(report), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(report.models.map(({ path }: { path: string }) => path)).toEqual([...NAMES, NAMES[0]]);
  });

  it('is refused by the schema when a field is missing or unknown', () => {
    const report = JSON.parse(renderXrayJson([ALL[0]!], [], TOOL).text);
    const { forecast: _, ...without } = report.models[0];
    expect(validate({ ...report, models: [without] })).toBe(false);
    expect(validate({ ...report, models: [{ ...report.models[0], more: 1 }] })).toBe(false);
  });

  it('every field is described', () => {
    expect(undescribed(schema, 'report')).toEqual([]);
  });
});

type Schema = { readonly [key: string]: unknown };

function undescribed(node: unknown, at: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item, i) => undescribed(item, `${at}[${i}]`));
  if (typeof node !== 'object' || node === null) return [];
  const properties = (node as Schema).properties as Schema | undefined;
  const missing = Object.entries(properties ?? {})
    .filter(([, value]) => !('description' in (value as Schema)) && !('anyOf' in (value as Schema)))
    .map(([name]) => `${at}.${name}`);
  return [...missing, ...Object.entries(node).flatMap(([key, value]) => undescribed(value, `${at}.${key}`))];
}

describe('as a page', () => {
  const page = renderXrayHtml(ALL);

  it('refers to nothing outside, and runs nothing', () => {
    expect(page).not.toMatch(/<script|https?:|src=|url\(|@import|javascript:/i);
    expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'nonce-/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('has a treemap and bars', () => {
    expect(page.match(/<svg class="map"/g)?.length).toBeGreaterThanOrEqual(NAMES.length - 2);
    expect(page).toContain('<svg class="bar"');
  });

  it('texts of a file stay texts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('<script>x</script>', '"><img src=x>', "' onload='x", '</style><b>', '&lt;'),
        (evil) => {
          const model = xrayed('plain.npy');
          const row = { ...model.report.arrays.rows[0]!, path: evil, type: evil };
          const format = { ...model.report.format, name: evil };
          const report = { ...model.report, format, arrays: { ...model.report.arrays, rows: [row] } };
          const html = renderXrayHtml([{ ...model, path: evil, report }]);
          expect(html).not.toMatch(/<script|<img|<b>|' onload='/);
        },
      ),
    );
  });
});
