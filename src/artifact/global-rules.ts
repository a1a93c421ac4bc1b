// Judges a name that a file would import: allowed, known-dangerous, or unknown. The whole dotted name is judged, never the
// module alone: from protocol 4 on a name may have dots of its own and reach through a harmless module to any other
// (`numpy` + `core._internal.sys.modules`). Nothing is called safe: "allowed" means that the name itself does no more than
// make data, and "unknown" is the answer for everything that no rule knows.
import { ALLOWED } from './allowed-names.ts';
import { DANGEROUS, DANGEROUS_MODULES } from './dangerous-names.ts';
import { currentName } from './python2-names.ts';
import type { Verdict } from './types.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** The rule that decided; '' for unknown. */
  readonly why: string;
}

const UNKNOWN: Judgement = { verdict: 'unknown', why: '' };

/** `module` and `name` as the file gives them; either may hold anything. */
export function judgeGlobal(module: string, name: string): Judgement {
  const full = currentName(module, name);
  const danger = findDanger(full, full.split('.'), name);
  if (danger !== undefined) return { verdict: 'dangerous', why: danger };
  const why = ALLOWED.get(full) ?? findFamily(full);
  return why === undefined ? UNKNOWN : { verdict: 'allowed', why };
}

function findDanger(full: string, parts: readonly string[], name: string): string | undefined {
  const exact = DANGEROUS.get(full);
  if (exact !== undefined) return exact;
  if (parts.slice(0, -1).some((part) => /^__\w+__$/.test(part) && part !== '__main__')) {
    return 'reaches into the inside of an object';
  }
  if (/^__(?:builtins|globals|subclasses|import|code|closure|dict|class|mro|bases)__$/.test(parts.at(-1)!)) {
    return 'reaches into the inside of an object';
  }
  // A class inside of a class is written so too; a module in lower case is not.
  const inner = name.split('.').slice(0, -1);
  if (inner.some((part) => !/^[A-Z]/.test(part))) return 'reaches through one module into another';
  for (let length = parts.length - 1; length > 0; length--) {
    const why = DANGEROUS_MODULES.get(parts.slice(0, length).join('.'));
    if (why !== undefined) return why;
  }
  return undefined;
}

interface Family {
  readonly pattern: RegExp;
  readonly why: string;
}

// Classes by the naming rule of Python: modules in lower case, the class in capitals, and nothing between. Names that a
// module may have imported from elsewhere are kept out.
const FOREIGN =
  /(?:^|\.)(?:Popen|Process|Thread|Pool|Path|Executor|ProcessPoolExecutor|ThreadPoolExecutor|Unpickler|Pickler|Loader|Parallel|Memory|FileIO|BytesIO|TemporaryDirectory|DataSource|DMatrix|QuantileDMatrix|DeviceQuantileDMatrix)$/;
const FAMILIES: readonly Family[] = [
  family('sklearn', 'a class of scikit-learn'),
  family('pandas', 'a class of pandas'),
  family('scipy', 'a class of scipy'),
  family('numpy', 'a class of numpy'),
  family('river', 'a class of river'),
  family('xgboost', 'a class of xgboost'),
  family('lightgbm', 'a class of lightgbm'),
  { pattern: /^torch\.nn(?:\.[a-z_]\w*)*\.[A-Z]\w*$/, why: 'a layer of torch' },
  { pattern: /^torch\.[A-Z]\w*Storage$/, why: 'a storage of torch' },
  {
    pattern: /^numpy\.(?:u?int|float|complex|bool|str|bytes|void|object|datetime|timedelta)\d*_?$/,
    why: 'a number of numpy',
  },
];

function family(library: string, why: string): Family {
  return { pattern: new RegExp(`^${library}(?:\\.[a-z_][a-z0-9_]*)*\\._?[A-Z]\\w*$`), why };
}

function findFamily(full: string): string | undefined {
  if (FOREIGN.test(full)) return undefined;
  return FAMILIES.find(({ pattern }) => pattern.test(full))?.why;
}
