import { describe, expect, test } from 'vitest';
import { profileFromText } from '../../test/profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { parseBetween } from './between.ts';
import { edgesOf } from './between-edges.ts';

describe('two moments', () => {
  test('are read as words, times and shares', () => {
    expect(parseBetween('start,peak')).toEqual({ from: 'start', to: 'peak' });
    expect(parseBetween(' 2s , 1min30s')).toEqual({ from: { ms: 2000 }, to: { ms: 90_000 } });
    expect(parseBetween('1.5h,end')).toEqual({ from: { ms: 5_400_000 }, to: 'end' });
    expect(parseBetween('10%,12.5 %')).toEqual({ from: { share: 0.1 }, to: { share: 0.125 } });
  });

  test.each(['', 'start', 'start,peak,end', '5,6', '5s', '-1s,2s', '2 weeks,end', '110%,end', 'peak;end'])(
    'are refused where they are something else: %s',
    (text) => expect(() => parseBetween(text)).toThrow(/two moments/),
  );

  test('become ends of intervals, in order', () => {
    const profile = richProfile();
    const count = profile.meta.intervals!.count;
    expect(edgesOf(profile, { from: 'start', to: 'end' })).toMatchObject({ value: { from: 0, to: count } });
    expect(edgesOf(profile, { from: 'end', to: 'start' })).toMatchObject({ error: { code: 'no-time-between' } });
    expect(edgesOf(profile, { from: { ms: 1e9 }, to: 'end' })).toMatchObject({ error: { code: 'no-time-between' } });
  });

  test('are not to be had from a profile without lifetimes', () => {
    const profile = profileFromText('/home/me/project/app.py:load:10 = 1 MiB');
    expect(edgesOf(profile, { from: 'start', to: 'end' })).toMatchObject({ error: { code: 'no-lifetimes' } });
  });
});
