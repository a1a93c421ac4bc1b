// What the names machine knows of a value: a number, a known text, a small tuple, or one of these. Everything else is undefined.

export class GlobalValue {
  readonly module: string;
  readonly name: string;
  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
}

/** Made by a class without a look at the arguments. */
export class InstanceValue {
  readonly class: GlobalValue;
  /** Its arguments, where they were a small tuple. */
  readonly arguments: Value;
  state: Value;
  constructor(of: GlobalValue, args: Value) {
    this.class = of;
    this.arguments = args;
  }
}

/** A dict that began right above an instance: nearly always its state. */
export class StateDict {
  readonly owner: InstanceValue;
  /** Which EMPTY_DICT of the pickle it is. */
  readonly number: number;
  /** Keys that the machine knows, and what they were set to; a key may stand here twice, and the last counts. */
  readonly keys: string[] = [];
  readonly values: Value[] = [];
  /** All keys so far are texts that the machine knows. */
  hasOnlyTexts = true;
  constructor(owner: InstanceValue, number: number) {
    this.owner = owner;
    this.number = number;
  }

  /** Meant for small dicts; undefined also where there are so many keys that looking would take long. */
  find(key: string): Value {
    if (this.keys.length > MOST_SEARCHED) return undefined;
    const at = this.keys.lastIndexOf(key);
    return at < 0 ? undefined : this.values[at];
  }
}

const MOST_SEARCHED = 256;

export type Value = undefined | number | string | GlobalValue | InstanceValue | StateDict | readonly Value[];

/** What a call of a class gives: an instance, as far as the name tells; copyreg's two helpers name the class inside. */
export function reduced(callable: Value, args: Value): Value {
  if (!(callable instanceof GlobalValue)) return undefined;
  const isHelper =
    /^(?:copyreg|copy_reg)$/.test(callable.module) && /^(?:_reconstructor|__newobj__)$/.test(callable.name);
  if (!isHelper) return new InstanceValue(callable, args);
  const [of] = Array.isArray(args) ? (args as readonly Value[]) : [];
  return of instanceof GlobalValue ? new InstanceValue(of, undefined) : undefined;
}
