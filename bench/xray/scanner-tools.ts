// How each scanner is asked about one file, and what its answer means. One vocabulary for all of them:
//
//   alarm    it says that the file does harm, or very likely does
//   unknown  it names what it does not know, and leaves it to the user
//   refused  it says that it could not read the file, by its exit code
//   silent   it has nothing to say against the file
//   none     it gives no verdict
import type { Metered } from '../meter.ts';

export type Verdict = 'alarm' | 'unknown' | 'refused' | 'silent' | 'none';

export interface Said {
  readonly verdict: Verdict;
  /** In its own words, short. */
  readonly found: string;
}

interface Asked {
  readonly path: string;
  /** Has the scanners installed. */
  readonly python: string;
  readonly bin: string;
  readonly node: string;
}

interface Tool {
  readonly command: (asked: Asked) => readonly string[];
  readonly say: (answer: Metered) => Said;
}

const LONGEST = 160;
const cut = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST);

// Without the listing that `python -m pickletools` prints, which takes much longer.
const GENOPS = `
import pickletools, sys
with open(sys.argv[1], "rb") as file:
    print(sum(1 for _ in pickletools.genops(file)))
`;

const PICKLESCAN = `
import sys
from picklescan.cli import main
sys.exit(main())
`;

// Its command takes no archives; its library does.
const FICKLING = `
import json, os, sys, tempfile, zipfile
from fickling.analysis import Severity
from fickling.cli import main
from fickling.loader import scan_zip_archive
path = sys.argv[1]
if zipfile.is_zipfile(path):
    results = scan_zip_archive(path, graceful=True).values()
    worst = max((one.severity for one in results), default=Severity.LIKELY_SAFE)
    print(worst.name, "; ".join(str(error) for one in results for error in one.errors))
    sys.exit(1 if worst > Severity.LIKELY_SAFE else 0)
out = os.path.join(tempfile.mkdtemp(), "said.json")
code = main(["fickling", "--check-safety", "--json-output", out, path])
text, at = open(out).read() if os.path.exists(out) else "", 0
while at < len(text):
    said, at = json.JSONDecoder().raw_decode(text, at)
    print(said["severity"], said["analysis"].replace("\\n", " "))
    at = len(text) - len(text[at:].lstrip())
sys.exit(code)
`;

function sayHighwater({ code, stdout, stderr }: Metered): Said {
  const { models, failures } = JSON.parse(stdout);
  if (code === 3 || failures.length > 0) {
    const { message } = failures[0] ?? { message: stderr };
    const isAlarm = /known to be dangerous/.test(message);
    return { verdict: isAlarm ? 'alarm' : 'refused', found: cut(message.replace(/^[^:]*: /, '')) };
  }
  const { globals } = models[0].security;
  const named = (verdict: string) =>
    globals.filter((use: { readonly verdict: string }) => use.verdict === verdict).map((use: { readonly name: string }) => use.name); // biome-ignore format: one chain
  if (named('dangerous').length > 0) return { verdict: 'alarm', found: cut(named('dangerous').join(', ')) };
  if (named('unknown').length > 0) return { verdict: 'unknown', found: cut(named('unknown').join(', ')) };
  return { verdict: 'silent', found: '' };
}

function sayPicklescan({ code, stdout, stderr }: Metered): Said {
  const listed = [...stdout.matchAll(/\* (\S+) - (dangerous|suspicious)/g)];
  const of = (level: string) => cut(listed.filter((row) => row[2] === level).map((row) => row[1]).join(', ')); // biome-ignore format: short
  // A file that it can read in part ends with 2, whatever it found in that part.
  if (code === 1 || /Dangerous globals: [1-9]/.test(stdout)) return { verdict: 'alarm', found: of('dangerous') };
  if (code !== 0) return { verdict: 'refused', found: cut(stderr.split('\n').findLast((line) => line !== '') ?? '') };
  if (/Suspicious globals: [1-9]/.test(stdout)) return { verdict: 'unknown', found: of('suspicious') };
  return { verdict: 'silent', found: /Scanned files: 0/.test(stdout) ? 'scanned 0 files' : '' };
}

function sayFickling({ code, stdout, stderr }: Metered): Said {
  const found = cut(stdout.replaceAll(/^Warning:.*$/gm, ''));
  if (code === 0) return { verdict: 'silent', found };
  if (code === 1 && stdout.includes('_')) return { verdict: 'alarm', found };
  return { verdict: 'refused', found: cut(stderr.split('\n').findLast((line) => /Error|error/.test(line)) ?? found) };
}

export const TOOLS: Readonly<Record<string, Tool>> = {
  highwater: {
    command: ({ path, bin, node }) => [node, bin, 'xray', path, '--json', '--python', '3.11'],
    say: sayHighwater,
  },
  picklescan: {
    command: ({ path, python }) => [python, '-c', PICKLESCAN, '-g', '-p', path],
    say: sayPicklescan,
  },
  fickling: {
    command: ({ path, python }) => [python, '-c', FICKLING, path],
    say: sayFickling,
  },
  pickletools: {
    command: ({ path, python }) => [python, '-c', GENOPS, path],
    say: ({ code, stdout, stderr }) =>
      code === 0
        ? { verdict: 'none', found: `${stdout.trim()} opcodes` }
        : { verdict: 'refused', found: cut(stderr.split('\n').findLast((line) => line !== '') ?? '') },
  },
};
