// The profile with its analyses, each computed when a view first asks for it and kept: switching views must not compute
// the same table twice.
import { computeFlameTree, type FlameTree } from '#analysis/flame.ts';
import { computeInvertedTree } from '#analysis/flame-inverted.ts';
import { computeGrowth, type Growth, type GrowthOptions } from '#analysis/growth.ts';
import { computeLines, type LineOptions, type LineRow } from '#analysis/lines.ts';
import { computeOverview, type Overview } from '#analysis/overview.ts';
import type { OwnershipOptions } from '#analysis/ownership.ts';
import { computeStepSpans, type StepSpan } from '#analysis/step-spans.ts';
import { computeSteps, type Step } from '#analysis/steps.ts';
import { computeTicks, type Tick } from '#analysis/ticks.ts';
import type { Bytes, Fraction } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import type { ComparisonPage } from '#report/compare-page.ts';
import { type FlameChoice, keyOfFlame, selectBytes } from './flame-choice.ts';
import { PathNames } from './path-names.ts';
import { withPlainTexts } from './plain-profile.ts';
import { SourceIndex } from './source-index.ts';

const MOST_WHOLE_STACKS = 20_000;
const SMALLEST_SHARE: Fraction = 1 / 25_000;

export class Report {
  readonly profile: Profile;
  readonly overview: Overview;
  readonly paths: PathNames;
  readonly sources: SourceIndex;
  /** With the run before it; null where there was none. */
  readonly comparison: ComparisonPage | null;
  readonly #kept = new Map<string, unknown>();

  constructor(profile: Profile, ownership: OwnershipOptions, comparison: ComparisonPage | null = null) {
    this.profile = withPlainTexts(profile);
    this.overview = computeOverview(this.profile, ownership);
    this.paths = new PathNames(this.profile.meta.workingDirectory);
    this.sources = new SourceIndex(this.profile);
    this.comparison = comparison;
  }

  ticks(): readonly Tick[] {
    return this.#keep('ticks', () => computeTicks(this.profile));
  }

  lines(options: LineOptions): readonly LineRow[] {
    const key = `lines ${options.moment} ${options.by} ${options.process ?? 'all'}`;
    return this.#keep(key, () => computeLines(this.profile, this.overview.ownership, options));
  }

  growth(options: GrowthOptions): Growth {
    // Not kept: a slider passes many moments, and no view asks for one twice.
    return computeGrowth(this.profile, this.overview.ownership, options);
  }

  steps(process: number): readonly Step[] {
    if (process === this.overview.mainProcess) return this.overview.steps;
    return this.#keep(`steps ${process}`, () => computeSteps(this.profile, this.overview.ownership, process));
  }

  stepSpans(process: number): readonly StepSpan[] {
    return this.#keep(`spans ${process}`, () =>
      computeStepSpans(this.profile, this.overview.ownership, process, this.steps(process)),
    );
  }

  flame(choice: FlameChoice): FlameTree {
    return this.#keep(keyOfFlame(choice), () => {
      const bytes = selectBytes(this.profile, this.overview.ownership, choice);
      if (!choice.inverted) return computeFlameTree(this.profile, bytes, false);
      return computeInvertedTree(this.profile, bytes, this.smallestShown(bytes));
    });
  }

  /** Turned upside down, a large profile is only drawn as far as it can be seen. */
  smallestShown(bytes: Float64Array): Bytes {
    if (this.profile.stacks.length < MOST_WHOLE_STACKS) return 0;
    return SMALLEST_SHARE * bytes.reduce((sum, size) => sum + size, 0);
  }

  /** "train.py (pid 4711)"; the pid only where there is more than one process. */
  processName(process: number): string {
    const { processes, strings } = this.profile;
    const name = strings[processes.name[process]!] || `process ${process}`;
    return processes.length > 1 ? `${name} (pid ${processes.pid[process]})` : name;
  }

  #keep<T>(key: string, make: () => T): T {
    if (!this.#kept.has(key)) this.#kept.set(key, make());
    return this.#kept.get(key) as T;
  }
}
