import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demangle, shortenTemplates } from './demangle.ts';

const hasFilter = spawnSync('c++filt', ['--version']).status === 0;

describe('names', () => {
  test('of C stay, without what the compiler put behind them', () => {
    expect(
      demangle([
        'malloc',
        'fill.part.0',
        'scan.constprop.0.cold',
        'f.localalias',
        'libx.so+0x12',
        '.x',
        'main@@GLIBC_2.34',
      ]),
    ).toEqual(['malloc', 'fill', 'scan', 'f', 'libx.so+0x12', '.x', 'main']);
  });

  test.skipIf(!hasFilter)('of C++ and Rust are put as people write them', () => {
    expect(
      demangle([
        '_ZN2at6native9empty_cpuEN3c108ArrayRefIlEE',
        'plain',
        '_ZN12_GLOBAL__N_13fooEv.cold',
        '_ZN2at6native9empty_cpuEN3c108ArrayRefIlEE',
        '_ZNSt6vectorIdSaIdEE7reserveEm',
        '_Znotaname',
      ]),
    ).toEqual([
      'at::native::empty_cpu',
      'plain',
      '(anonymous namespace)::foo',
      'at::native::empty_cpu',
      'std::vector<...>::reserve',
      '_Znotaname',
    ]);
  });

  test('nothing is asked for nothing', () => {
    expect(demangle([])).toEqual([]);
  });
});

describe('template arguments', () => {
  test.each([
    ['Basket<double>::fill', 'Basket<double>::fill'],
    ['f<std::vector<int, std::allocator<int> > >', 'f<...>'],
    ['operator<', 'operator<'],
    ['A::operator<< <int>', 'A::operator<< <int>'],
    ['operator->', 'operator->'],
    ['A<(b)->c, and some more of this>::operator>', 'A<...>::operator>'],
    ['unclosed<std::vector<int>', 'unclosed<std::vector<int>'],
    ['unclosed<a', 'unclosed<a'],
  ])('%s', (name, short) => {
    expect(shortenTemplates(name)).toBe(short);
  });

  test('any text comes back no longer, but for its dots', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '-', 'a', ':', ' ', 'operator') }), (name) => {
        expect(shortenTemplates(name).length).toBeLessThanOrEqual(name.length + 1);
      }),
    );
  });
});
