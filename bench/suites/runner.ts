// Runs one suite one way, and brings what came out to one form.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Meter, Metered } from '../meter.ts';
import type { FrozenHighwater } from '../tools.ts';
import { type Suite, wordsFor } from './modules.ts';
import { joinOutcomes, type OutcomeOrNone, type Outcomes, readJunit, readVerbose } from './outcomes.ts';

export const WAYS = ['plain', 'highwater', 'agent'] as const;
/** `highwater` as a user runs it; `agent` alone, preloaded, with nothing beside or above the program. */
export type Way = (typeof WAYS)[number];

export interface SuiteRun {
  readonly outcomes: Outcomes;
  /** How the runner itself ended: "exit 0". */
  readonly ended: string;
  readonly seconds: number;
  /** The agent left something behind: it was there. Always true of a plain run. */
  readonly isWatched: boolean;
  /** How earlier attempts ended that broke off without a result. */
  readonly broken: readonly string[];
}

/** regrtest says after 480 s where it stands, and gives up. */
const PATIENCE_SECONDS = 540;
const ATTEMPTS = 3;

export class Runner {
  readonly #meter: Meter;
  readonly #highwater: FrozenHighwater;
  readonly #keep: string | undefined;

  /** `keep`: a folder for what the suites print. */
  constructor(meter: Meter, highwater: FrozenHighwater, keep: string | undefined) {
    this.#meter = meter;
    this.#highwater = highwater;
    this.#keep = keep;
  }

  /** A runner that hangs or dies on the way tells of no test: it is started again, and what became of it is kept. */
  async run(suite: Suite, way: Way): Promise<SuiteRun> {
    const broken: string[] = [];
    for (;;) {
      const run = await this.#runOnce(suite, way);
      if (run.isWhole || broken.length + 1 === ATTEMPTS) return { ...run, broken };
      broken.push(run.ended);
    }
  }

  async runAlone(suite: Suite, way: Way, test: string): Promise<OutcomeOrNone> {
    const { outcomes, isWhole, ended } = await this.#runOnce(suite, way, test);
    const died: OutcomeOrNone = ended.startsWith('signal') ? 'error' : 'not run';
    return outcomes.get(test) ?? (isWhole ? 'not run' : died);
  }

  async #runOnce(suite: Suite, way: Way, only?: string) {
    const scratch = mkdtempSync(join(this.#meter.scratch, 'suite-'));
    const junit = join(scratch, 'junit.xml');
    const { result, isWatched } = await this.#start(suite, way, wordsFor(suite, junit, scratch, only), scratch);
    const said = `${result.stdout}\n${result.stderr}`;
    const isWhole = existsSync(junit);
    const fromFile = readJunit(isWhole ? readFileSync(junit, 'utf8') : '');
    const fromText = suite.library === 'cpython' ? readVerbose(said) : new Map();
    rmSync(scratch, { recursive: true, force: true });
    if (this.#keep && !only)
      writeFileSync(join(this.#keep, `${nameOf(suite)}-${way}${isWhole ? '' : '-broken'}.txt`), said);
    const outcomes = joinOutcomes(fromFile, fromText);
    return { outcomes, isWhole, ended: describeEnd(result), seconds: result.wallMs / 1000, isWatched };
  }

  async #start({ python }: Suite, way: Way, words: readonly string[], scratch: string) {
    const timeoutSeconds = PATIENCE_SECONDS;
    if (way === 'highwater') {
      const { all, meta } = await this.#highwater.run(words, python, timeoutSeconds);
      return { result: all, isWatched: (meta?.ownCost.agentBytes ?? 0) > 0 };
    }
    const command = [python, ...words];
    if (way === 'plain') return { result: await this.#meter.run(command, { timeoutSeconds }), isWatched: true };
    const streams = join(scratch, 'streams');
    mkdirSync(streams);
    const variables = { LD_PRELOAD: this.#highwater.agentPath(), HIGHWATER_DIR: streams };
    const result = await this.#meter.run(command, { timeoutSeconds, variables });
    return { result, isWatched: readdirSync(streams).length > 0 };
  }
}

function nameOf({ version, module }: Suite): string {
  return `${version}-${module.replaceAll('/', '.')}`;
}

function describeEnd({ timeUp, signal, code }: Metered): string {
  if (timeUp) return `not done after ${PATIENCE_SECONDS} s`;
  return signal ? `signal ${signal}` : `exit ${code}`;
}
