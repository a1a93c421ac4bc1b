// Bundles the report's pages into dist/ui/report.js and report.css, which `highwater` puts into every HTML report.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

// Both libraries ask that their notice goes with every copy, and every report is a copy.
const BUNDLED = ['preact', 'uplot'];

function notice(): string {
  const texts = BUNDLED.map(
    (name) => `${name}\n\n${readFileSync(`${ROOT}node_modules/${name}/LICENSE`, 'utf8').trim()}`,
  );
  return `/*!\n${texts.join('\n\n')}\n*/`;
}

export interface BuiltUi {
  readonly script: string;
  readonly style: string;
}

export async function buildUi(): Promise<BuiltUi> {
  const result = await build({
    entryPoints: { report: `${ROOT}src/ui/main.tsx` },
    outdir: `${ROOT}dist/ui`,
    tsconfig: `${ROOT}src/ui/tsconfig.json`,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    // The first versions that can unpack gzip themselves.
    target: ['chrome111', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    banner: { js: notice() },
    logLevel: 'warning',
  });
  const text = (suffix: string): string => result.outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const ui = await buildUi();
  await mkdir(`${ROOT}dist/ui`, { recursive: true });
  await writeFile(`${ROOT}dist/ui/report.js`, ui.script);
  await writeFile(`${ROOT}dist/ui/report.css`, ui.style);
}
