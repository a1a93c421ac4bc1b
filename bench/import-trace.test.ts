import { expect, test } from 'vitest';
import { parseImportTrace } from './import-trace.ts';

const TRACE = `import time: self [us] | cumulative | imported package
import time:       900 |        900 |   os
import time:       500 |       1400 | site
import time:      1000 |       1000 |       numpy._core
import time:      2000 |       3000 |     numpy
import time:      4000 |       4000 |       scipy.sparse._csr
import time:       500 |       4500 |     scipy.sparse
import time:      8000 |      15500 |   scipy
import time:        10 |      15510 | scipy.stats
import time:        90 |         90 | json
`;

test('the trace of imports is summed up by package, without what the interpreter starts with', () => {
  const { total, modules, packages, parts } = parseImportTrace(TRACE);
  expect(total).toBeCloseTo(15.6);
  expect(modules).toBe(7);
  expect([...packages.keys()].sort()).toEqual(['json', 'numpy', 'scipy']);
  expect(packages.get('scipy')!.self).toBeCloseTo(12.51);
  expect(packages.get('scipy')!.total).toBeCloseTo(15.51);
  expect(packages.get('numpy')!.total).toBeCloseTo(3);
  expect(parts.get('scipy.sparse')).toBeCloseTo(4.5);
});
