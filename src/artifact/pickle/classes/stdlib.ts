// Classes of the standard library, and what copyreg makes of plain classes in old protocols.
import type { LoadRule, LoadSink } from '../load-rule.ts';
import { dictSlots, listRoom } from '../object-sizes.ts';
import type { ObjectView } from '../object-view.ts';

/**
 * The Mersenne Twister's words are inside of the object; the tuple of 625 integers that they are read from dissolves: 24.5 KB
 * while loading for 2.5 KB that stay. __setstate__ sets an attribute, so there is a __dict__ too.
 */
const random: LoadRule = {
  names: ['random.Random', 'random.SystemRandom'],
  load(_, sink) {
    sink.object(sink.sizes.random);
    sink.object(sink.sizes.dictHead);
    sink.object(sink.sizes.minor >= 13 ? 280 : sink.sizes.minor >= 11 ? 272 : 40);
  },
};

/** A doubly linked list of nodes beside the dict. */
const orderedDict: LoadRule = {
  names: ['collections.OrderedDict'],
  load(object, sink) {
    const entries = object.ownLength;
    adoptOwn(object, sink);
    sink.object(128);
    if (entries === 0) return;
    sink.object(sink.sizes.dictKeys(entries, object.hasStringKeys));
    sink.object(8 * dictSlots(entries));
    for (let i = 0; i < entries; i++) sink.object(32);
  },
};

const defaultDict: LoadRule = {
  names: ['collections.defaultdict'],
  load(object, sink) {
    sink.object(72);
    sink.keep(object.argument(0));
    adoptOwn(object, sink);
    sink.object(sink.sizes.dictKeys(object.ownLength, object.hasStringKeys));
  },
};

/** Made from a dict, which it copies. */
const counter: LoadRule = {
  names: ['collections.Counter'],
  load(object, sink) {
    const counts = object.argument(0);
    sink.object(sink.sizes.minor === 11 || sink.sizes.minor === 12 ? 88 : 80);
    sink.adopt(counts);
    sink.object(sink.sizes.dictKeys(object.lengthOf(counts), object.hasOnlyStringKeys(counts)));
  },
};

const deque: LoadRule = {
  names: ['collections.deque'],
  load(object, sink) {
    adoptOwn(object, sink);
    sink.object(sink.sizes.minor >= 11 ? 232 : 96);
    const blocks = 1 + Math.ceil(Math.max(0, object.ownLength - 32) / 64);
    for (let i = 0; i < blocks; i++) sink.object(528);
  },
};

/** set and frozenset in protocols below 4: called with a list. */
const setOfList: LoadRule = {
  names: ['builtins.set', '__builtin__.set', 'builtins.frozenset', '__builtin__.frozenset'],
  className: 'builtins.set',
  load(object, sink) {
    const list = object.argument(0);
    sink.adopt(list);
    sink.object(sink.sizes.setHead);
    sink.object(sink.sizes.setTable(object.lengthOf(list)));
  },
};

/** bytes in protocols below 3: a string of the same characters, encoded. */
const encoded: LoadRule = {
  names: ['_codecs.encode'],
  className: 'builtins.bytes',
  load(object, sink) {
    sink.object(sink.sizes.bytes(object.lengthOf(object.argument(0))));
  },
};

const bytearray: LoadRule = {
  names: ['builtins.bytearray', '__builtin__.bytearray'],
  className: 'builtins.bytearray',
  load(object, sink) {
    sink.object(sink.sizes.bytearrayHead);
    sink.object(object.payload(object.argument(0)) + 1);
  },
};

const array: LoadRule = {
  names: ['array._array_reconstructor', 'array.array'],
  className: 'array.array',
  load(object, sink) {
    sink.object(sink.sizes.minor >= 10 ? 80 : 64);
    sink.object(object.payload(object.argument(3)));
  },
  array(object) {
    const bytes = object.payload(object.argument(3));
    return { type: `array '${object.text(object.argument(1)) ?? '?'}'`, shape: [], bytes };
  },
};

/** Packed into bytes, which are copied; a time zone is kept. */
const datetime: LoadRule = {
  names: ['datetime.datetime', 'datetime.time'],
  load(object, sink) {
    sink.object(48);
    sink.keep(object.argument(1));
  },
};

/** Slots, filled from a dict. */
const uuid: LoadRule = {
  names: ['uuid.UUID'],
  load(object, sink) {
    sink.object(64);
    sink.adoptAttributes(object.state);
  },
};

/** Small and without parts of their own, or parts that were there before. */
const fixed: readonly LoadRule[] = [
  sized(['builtins.complex', '__builtin__.complex'], 32),
  sized(['datetime.date', 'datetime.timedelta', 'datetime.timezone'], 40),
  sized(['builtins.range', '__builtin__.range', 'builtins.slice'], 56, true),
  sized(['decimal.Decimal'], 112),
  sized(['fractions.Fraction'], 48),
  sized(['builtins.getattr', '__builtin__.getattr', 'builtins.type', 'importlib.import_module'], 0),
  sized(['builtins.object', '__builtin__.object'], 16),
  sized(['builtins.bytes', '__builtin__.bytes', 'builtins.str', '__builtin__.str'], 0),
  sized(['functools.partial', 'operator.itemgetter', 'operator.attrgetter', 'operator.methodcaller'], 96, true),
  sized(['re._compile'], 512, true),
];

function sized(names: readonly string[], bytes: number, keepsArguments = false): LoadRule {
  return {
    names,
    load(object, sink) {
      sink.object(bytes);
      if (keepsArguments) sink.adopt(object.args);
    },
  };
}

/** Items and pairs that the file put into the object itself. */
export function adoptOwn(object: ObjectView, sink: LoadSink): void {
  if (object.ownLength > 0) sink.adopt(object.node);
}

/** Buffer of a list that was filled in one go. */
export function listBuffer(items: number): number {
  return 8 * listRoom(0, 0, items);
}

export const STDLIB: readonly LoadRule[] = [
  random,
  orderedDict,
  defaultDict,
  counter,
  deque,
  setOfList,
  encoded,
  bytearray,
  array,
  datetime,
  uuid,
  ...fixed,
];
