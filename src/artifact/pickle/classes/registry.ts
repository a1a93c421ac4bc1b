// All rules, by the name of what a file calls; and families of Python classes that are known to load by the default protocol.
import { CERTAINTY, type Certainty, type LoadRule } from '../load-rule.ts';
import { BOOSTERS } from './boosters.ts';
import { JOBLIB } from './joblib.ts';
import { NUMPY } from './numpy.ts';
import { PANDAS } from './pandas.ts';
import { loadPlain } from './plain.ts';
import { RIVER } from './river.ts';
import { SCIKIT_LEARN } from './scikit-learn.ts';
import { STDLIB } from './stdlib.ts';
import { TORCH } from './torch.ts';

const RULES = new Map<string, LoadRule>();
for (const rule of [...STDLIB, ...NUMPY, ...JOBLIB, ...PANDAS, ...SCIKIT_LEARN, ...TORCH, ...BOOSTERS, ...RIVER]) {
  for (const name of rule.names) RULES.set(name, rule);
}

/** Packages whose Python classes were seen to keep their state as attributes. */
const PROTOCOL_FAMILIES = /^(?:sklearn|scipy\.sparse|pandas|river|collections|uuid|fractions|pathlib|types|torch)\./;

export const PLAIN: LoadRule = { names: [], load: loadPlain };

export function findRule(fullName: string): LoadRule | undefined {
  return RULES.get(fullName);
}

export function isProtocolFamily(fullName: string): boolean {
  return PROTOCOL_FAMILIES.test(fullName);
}

export function certaintyOf(rule: LoadRule, fullName: string, followsProtocol: boolean): Certainty {
  if (rule !== PLAIN) return rule.certainty ?? CERTAINTY.known;
  if (!followsProtocol) return CERTAINTY.unknown;
  return isProtocolFamily(fullName) ? CERTAINTY.known : CERTAINTY.protocol;
}
