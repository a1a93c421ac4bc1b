// `highwater fit`: do recorded runs fit on one machine together?
import { resolve } from 'node:path';
import { computeFit, type Fit, type FitInput } from '#analysis/fit/fit.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { readCgroup } from '#proc/cgroup.ts';
import { readMachine } from '#proc/machine.ts';
import { renderFitJson } from '#report/fit-json.ts';
import { renderFitTerminal } from '#report/fit-terminal.ts';
import type { FitCliOptions, InstanceCount } from '../options.ts';
import { renderFitPage, writeOutput } from '../presentation.ts';
import { complain, remark, screenOf, write } from '../say.ts';
import { openInput } from './report.ts';

const USAGE = 2;
const UNREADABLE = 3;

/** Exit codes: 0 they fit, 1 they do not, 2 usage, 3 a profile or the limit could not be read. */
export async function fitRuns(inputs: readonly string[], options: FitCliOptions): Promise<number> {
  const opened = openAll(inputs);
  if (!opened.ok) return refuse(opened, UNREADABLE);
  const counted = countInstances(opened.value, options.count ?? []);
  if (!counted.ok) return refuse(counted, USAGE);
  const limit = limitOf(options.limit);
  if (!limit.ok) return refuse(limit, UNREADABLE);
  const { risk } = options;
  const found = computeFit(counted.value, {
    limit: limit.value,
    risk: risk ?? 0.01,
    by: risk === undefined ? 'worst' : 'risk',
    seed: options.seed,
  });
  if ('unmeasured' in found) {
    return refuse(fail('nothing-measured', `no memory reading was taken in ${found.unmeasured}`), UNREADABLE);
  }
  return show(found, options);
}

/** The files that were asked for; in the terminal where none was. */
async function show(fit: Fit, { json, html }: FitCliOptions): Promise<number> {
  if (html !== undefined) {
    const path = html === true ? 'fit.html' : html;
    const written = writeOutput(path, await renderFitPage(fit));
    if (!written.ok) return refuse(written, UNREADABLE);
    if (path !== '-') remark(`wrote ${path}`);
  }
  const { text, exitCode } = json ? renderFitJson(fit) : renderFitTerminal(fit, screenOf(1));
  if (json || html === undefined) write(1, text);
  return exitCode;
}

function refuse(result: Result<never> | Result<unknown>, code: number): number {
  if (!result.ok) complain(result.error);
  return code;
}

interface Named extends FitInput {
  readonly path: string;
}

/** Each file once: one that is named twice is two instances of one run. */
function openAll(inputs: readonly string[]): Result<Named[]> {
  const runs = new Map<string, Named>();
  for (const input of inputs) {
    const path = resolve(input);
    const before = runs.get(path);
    if (before) {
      runs.set(path, { ...before, count: before.count + 1 });
      continue;
    }
    const opened = openInput(input);
    if (!opened.ok) return opened;
    runs.set(path, { path, name: opened.value.stem, profile: opened.value.profile, count: 1 });
  }
  return ok(tellApart([...runs.values()]));
}

/** Runs of one name in different folders go by their paths. */
function tellApart(runs: readonly Named[]): Named[] {
  return runs.map((run) =>
    runs.some((other) => other !== run && other.name === run.name) ? { ...run, name: run.path } : run,
  );
}

function countInstances(runs: readonly Named[], counts: readonly InstanceCount[]): Result<Named[]> {
  const counted = new Map<Named, number>();
  for (const { run, count } of counts) {
    const found = runs.find(({ name, path }) => name === run || path === resolve(run));
    if (!found)
      return fail(
        'no-such-run',
        `--count ${run}=${count} names none of the runs: ${runs.map(({ name }) => name).join(', ')}`,
      );
    counted.set(found, count);
  }
  return ok(runs.map((run) => ({ ...run, count: counted.get(run) ?? run.count })));
}

function limitOf(limit: FitCliOptions['limit']): Result<Bytes> {
  if (typeof limit === 'number') return ok(limit);
  if (limit === 'machine') {
    const { memory } = readMachine();
    return Number.isNaN(memory) ? fail('no-limit', 'the memory of this machine cannot be read') : ok(memory);
  }
  const granted = readCgroup('self')?.limit ?? null;
  return granted === null ? fail('no-limit', 'no container limit holds here') : ok(granted);
}
