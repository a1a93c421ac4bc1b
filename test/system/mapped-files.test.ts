// Pages of files by what they belong to, against a file of known size.
import { expect, test } from 'vitest';
import { makeFolder, measure } from './highwater.ts';
import { PYTHON } from './pythons.ts';

const MIB = 2 ** 20;
const PROGRAM = `import mmap, time
with open("rows.bin", "wb") as file:
    file.write(bytes(40 << 20))
with open("rows.bin", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as rows:
    print(sum(rows[page] for page in range(0, len(rows), mmap.PAGESIZE)))
    time.sleep(0.6)
`;

test('a mapped file is told by its name, with its size', () => {
  const cwd = makeFolder({ 'maps.py': PROGRAM });
  const { report } = measure(['--python', PYTHON, 'maps.py'], { cwd });
  const { files, composition } = report as unknown as {
    readonly files: { readonly rows: readonly { readonly name: string; readonly bytes: number }[] };
    readonly composition: { readonly parts: readonly { readonly id: string; readonly bytes: number }[] };
  };
  expect(files.rows[0]).toEqual({ name: 'rows.bin', bytes: 40 * MIB, reserved: 40 * MIB });
  const all = files.rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const kernel = composition.parts.find(({ id }) => id === 'files')!.bytes;
  expect(Math.abs(all - kernel)).toBeLessThan(MIB);
  expect(files.rows.map(({ name }) => name)).toContain("(the system's libraries)");
});
