import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeFit, type Fit, type FitOptions } from '#analysis/fit/fit.ts';
import type { Profile } from '#profile/types.ts';
import schema from '../../docs/schemas/fit.schema.json' with { type: 'json' };
import { runFromText } from '../../test/fit-runs.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { renderFitJson } from './fit-json.ts';
import { renderFitTerminal } from './fit-terminal.ts';
import { fitHeadline } from './fit-words.ts';

const MIB = 2 ** 20;
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

function problems(value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function fitOf(runs: Record<string, [Profile, number]>, limit: number, options: Partial<FitOptions> = {}): Fit {
  const inputs = Object.entries(runs).map(([name, [profile, count]]) => ({ name, profile, count }));
  const fit = computeFit(inputs, { limit: limit * MIB, risk: 0.01, by: 'worst', draws: 500, ...options });
  if ('unmeasured' in fit) throw new Error(`${fit.unmeasured} was not measured`);
  return fit;
}

const serve = runFromText('20/10 30/10 20/10 20/10', { python: '3.11.7' });
const train = runFromText('50/10 90/10 60/10', { python: '3.11.7' });

describe('the headline of a fit', () => {
  it('answers with the figures', () => {
    expect(fitHeadline(fitOf({ serve: [serve, 40], train: [train, 1] }, 1024))).toBe(
      '40 x serve and 1 x train need 900 MiB at worst: they fit into 1.00 GiB with 124 MiB to spare.',
    );
    expect(fitHeadline(fitOf({ serve: [serve, 1] }, 20))).toBe(
      '1 x serve needs 30.0 MiB at worst: it does not fit into 20.0 MiB, by 10.0 MiB.',
    );
  });

  it('says when the answer hangs on what different runs share', () => {
    expect(fitHeadline(fitOf({ serve: [serve, 1], train: [train, 1] }, 115))).toMatch(
      /need 120 MiB at worst: they do not fit into 115 MiB, by 5\.00 MiB\. At best they need 110 MiB, which is within it\.$/,
    );
  });

  it('by risk it gives the chance with its interval', () => {
    const fit = fitOf({ serve: [serve, 3] }, 60, { by: 'risk', risk: 0.5 });
    expect(fitHeadline(fit)).toMatch(
      /^3 x serve exceed 60\.0 MiB in [\d.]+ % \([\d.]+ % to [\d.]+ %\) of cycles: they do/,
    );
  });
});

describe('the terminal report of a fit', () => {
  const text = (fit: Fit, width = 120) => renderFitTerminal(fit, { width, colour: false }).text;

  it('has a row for each run, with how many fit', () => {
    const rows = text(fitOf({ serve: [serve, 2], train: [train, 1] }, 175)).split('\n');
    expect(rows.find((row) => row.startsWith('serve '))).toMatch(/^serve +2 +30\.0 +VmHWM .* 3 to 4 {2}/);
    expect(rows.find((row) => row.startsWith('  all peaks at once'))).toMatch(/140\.0 +130\.0 +80 %$/);
  });

  it('keeps to the width, and names of files steer nothing', () => {
    const fit = fitOf({ 'a\u001b[2J very long name of a run that goes on and on and on': [serve, 2] }, 160);
    for (const width of [60, 80, 100, 140]) {
      for (const line of text(fit, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    }
    expect(text(fit)).not.toContain('\u001b');
  });

  it('warns of files that were not told apart', () => {
    expect(text(fitOf({ plain: [runFromText('5 6 5'), 1] }, 10))).toContain('Files not told apart');
    expect(text(fitOf({ serve: [serve, 1] }, 100))).not.toContain('Files not told apart');
  });
});

describe('the JSON report of a fit', () => {
  it('keeps its schema on any profile, and the exit code is the answer', () => {
    const counted = fc.tuple(randomProfile, fc.integer({ min: 1, max: 3 }));
    const by = fc.constantFrom('worst' as const, 'risk' as const);
    fc.assert(
      fc.property(fc.array(counted, { minLength: 1, maxLength: 2 }), by, (runs, how) => {
        const inputs = runs.map(([profile, count], i) => ({ name: `${i}`, profile, count }));
        const fit = computeFit(inputs, { limit: 2 ** 39, risk: 0.02, by: how, draws: 50 });
        if ('unmeasured' in fit) return;
        const { text, exitCode } = renderFitJson(fit);
        expect(problems(JSON.parse(text))).toEqual([]);
        expect(exitCode).toBe(JSON.parse(text).fits ? 0 : 1);
        expect(renderFitTerminal(fit, { width: 100, colour: true }).exitCode).toBe(exitCode);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('is refused by the schema when a field is missing or unknown', () => {
    const good = JSON.parse(renderFitJson(fitOf({ serve: [serve, 2] }, 100)).text);
    expect(problems(good)).toEqual([]);
    expect(problems({ ...good, worst: undefined })).not.toEqual([]);
    expect(problems({ ...good, extra: 1 })).not.toEqual([]);
  });
});
