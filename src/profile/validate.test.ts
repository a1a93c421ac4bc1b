import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleProfile } from '../../test/example-profile.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { SCHEMA, TABLE_NAMES, type TableName } from './schema.ts';
import type { Profile } from './types.ts';
import { findProblems } from './validate.ts';

/** The example with one number of one column changed (by default of the last row). */
function planted(table: TableName, column: string, value: number, row?: number): string[] {
  const profile = exampleProfile();
  const values = (profile[table] as unknown as Record<string, Float64Array>)[column]!;
  values[row ?? values.length - 1] = value;
  return findProblems(profile);
}

function withMeta(meta: object): string[] {
  const profile = exampleProfile();
  return findProblems({ ...profile, meta: { ...profile.meta, ...meta } } as Profile);
}

describe('findProblems', () => {
  it('finds none in sound profiles', () => {
    expect(findProblems(exampleProfile())).toEqual([]);
    fc.assert(fc.property(randomProfile, (profile) => void expect(findProblems(profile)).toEqual([])));
  });

  it.each<[TableName, string, string]>([
    ['processes', 'name', 'strings'],
    ['frames', 'file', 'strings'],
    ['frames', 'func', 'strings'],
    ['stacks', 'frame', 'frames'],
    ['samples', 'process', 'processes'],
    ['activity', 'process', 'processes'],
    ['activity', 'stack', 'stacks'],
    ['moments', 'process', 'processes'],
    ['live', 'moment', 'moments'],
    ['live', 'process', 'processes'],
    ['live', 'stack', 'stacks'],
    ['churn', 'process', 'processes'],
    ['churn', 'stack', 'stacks'],
    ['sources', 'file', 'strings'],
    ['sources', 'text', 'strings'],
  ])('%s.%s may not point outside %s', (table, column, target) => {
    for (const value of [100_000, -2]) {
      expect(planted(table, column, value)).toEqual([
        expect.stringMatching(`^${table}\\.${column} points to row .* ${target}$`),
      ]);
    }
  });

  it('parents stand before their children', () => {
    expect(planted('stacks', 'parent', 1, 1)).toEqual(['stacks: row 1 stands before its parent 1']);
    expect(planted('processes', 'parent', 0, 0)).toEqual(['processes: row 0 stands before its parent 0']);
  });

  it('times rise', () => {
    for (const table of ['samples', 'activity'] as const) {
      expect(planted(table, 'time', 0)).toEqual([expect.stringContaining('not in order of time')]);
      expect(planted(table, 'time', Number.NaN, 0)).toEqual([expect.stringContaining('not in order of time at row 0')]);
      expect(planted(table, 'time', Number.NaN, 3)).toEqual([expect.stringContaining('not in order of time at row 3')]);
    }
  });

  it('sizes are neither negative nor infinite', () => {
    for (const [table, column] of [
      ['processes', 'hwm'],
      ['samples', 'pss'],
      ['activity', 'rss'],
      ['live', 'bytes'],
      ['churn', 'freed'],
    ] as const) {
      expect(planted(table, column, -1)).toEqual([`${table}.${column} holds -1`]);
      expect(planted(table, column, Number.POSITIVE_INFINITY)).toEqual([`${table}.${column} holds Infinity`]);
    }
  });

  it('readings may be missing, estimates may not', () => {
    expect(planted('samples', 'pss', Number.NaN)).toEqual([]);
    expect(planted('processes', 'hwm', Number.NaN)).toEqual([]);
    expect(planted('live', 'bytes', Number.NaN)).toEqual(['live.bytes holds NaN']);
    expect(planted('churn', 'variance', Number.NaN)).toEqual(['churn.variance holds NaN']);
  });

  it('a moment has a time, and a process exactly where it is one of a process', () => {
    expect(planted('moments', 'process', -1)).toEqual(['moments: row 0 has kind 0 and process -1']);
    expect(planted('moments', 'kind', 1)).toEqual(['moments: row 0 has kind 1 and process 0']);
    expect(planted('moments', 'time', Number.NaN)).toEqual(['moments: row 0 has no time']);
  });

  it('live rows are unique by moment, process, stack and domain', () => {
    const { live } = exampleProfile();
    const profile = exampleProfile();
    for (const column of ['stack', 'domain'] as const) (profile.live[column] as Int32Array)[1] = live[column][0]!;
    expect(findProblems(profile)).toEqual([expect.stringContaining('live has two rows for')]);
  });

  it('every column has as many rows as its table', () => {
    for (const table of TABLE_NAMES) {
      for (const column of Object.keys(SCHEMA[table])) {
        const profile = exampleProfile();
        const short = { ...profile[table], [column]: new Float64Array(profile[table].length + 1) };
        expect(findProblems({ ...profile, [table]: short })).toEqual([
          `${table}.${column} has not ${profile[table].length} rows`,
        ]);
      }
    }
  });

  it('strings begin with ""', () => {
    expect(findProblems({ ...exampleProfile(), strings: ['a'] })).toEqual([expect.stringContaining('begins with ""')]);
  });

  it.each<[object, string]>([
    [{ title: 1 }, 'meta.title is not a text'],
    [{ command: 'python' }, 'meta.command is not a list'],
    [{ command: [1] }, 'meta.command[0] is not a text'],
    [{ durationMs: null }, 'meta.durationMs is not a number'],
    [{ exit: null }, 'meta.exit.kind is not known'],
    [{ exit: { kind: 'exited' } }, 'meta.exit.code is not a number'],
    [{ complete: 'yes' }, 'meta.complete is not a flag'],
    [{ environment: null }, 'meta.environment is not an object'],
    [{ usage: 3 }, 'meta.usage is not an object'],
    [{ cgroup: {} }, 'meta.cgroup.version is not a number'],
    [{ notes: [{}] }, 'meta.notes[0].severity is not a text'],
  ])('meta %j: %s', (meta, problem) => {
    expect(withMeta(meta)).toEqual([problem]);
  });
});
