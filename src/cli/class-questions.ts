// What --slot-state asks the user's Python about classes, and what it was told against them.
import type { StateClass } from '#artifact/pickle/slot-state.ts';
import type { PythonFacts } from '#profile/types.ts';
import type { SlimReport } from '#report/slim.ts';
import { checkClasses } from './model-python.ts';

export class ClassQuestions {
  /** Key of the class -> what was told against it. */
  readonly #kept = new Map<string, SlimReport['keptClasses'][number]>();
  /** Of classes that were asked about already: a file may hold a million pickles of one class. */
  readonly #answers = new Map<string, string>();
  readonly #python: PythonFacts | null;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(python: PythonFacts | null, environment: NodeJS.ProcessEnv) {
    this.#python = python;
    this.#environment = environment;
  }

  /** True where the states of the class may be written as (None, state). */
  ask(classes: readonly StateClass[]): boolean[] {
    const news = classes.filter((one) => !this.#answers.has(keyOf(one)));
    const told = news.length === 0 ? [] : checkClasses(this.#python!, this.#environment, news);
    for (const [i, one] of news.entries()) this.#answers.set(keyOf(one), told[i]!);
    const answers = classes.map((one) => this.#answers.get(keyOf(one))!);
    for (const [i, one] of classes.entries()) if (answers[i] !== '') this.#keep(one, answers[i]!);
    return answers.map((why) => why === '');
  }

  get kept(): SlimReport['keptClasses'] {
    return [...this.#kept.values()];
  }

  #keep(one: StateClass, why: string): void {
    const before = this.#kept.get(keyOf(one))?.instances ?? 0;
    this.#kept.set(keyOf(one), { name: `${one.module}.${one.name}`, instances: before + one.instances, why });
  }
}

/** The answer is about the class and the attributes that its states set. */
function keyOf({ module, name, attributes }: StateClass): string {
  return JSON.stringify([module, name, attributes]);
}
