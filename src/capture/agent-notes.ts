// What the agent and the kernel say about the limits of what was seen, put as notes for the reader of a report.
import type { Note } from '#profile/types.ts';
import { describeInnerAllocator } from './inner-allocator.ts';
import { STREAM_FLAG } from './wire.ts';

interface NoteText {
  readonly severity: Note['severity'];
  readonly code: string;
  readonly say: (detail: string) => string;
}

/** By enum hw_note of agent/wire.h. */
const AGENT_NOTES: Readonly<Record<number, NoteText>> = {
  0: { severity: 'info', code: 'agent', say: (detail) => detail },
  1: {
    severity: 'warning',
    code: 'agent-unsupported-python',
    say: (detail) =>
      `Lines are not known: Python ${detail} is not among the versions that the agent can read (3.9 to 3.14).`,
  },
  2: {
    severity: 'warning',
    code: 'agent-layout-refused',
    say: (detail) =>
      `Lines are not known: this build of Python keeps its frames in a way that did not verify (${detail}).`,
  },
  3: {
    severity: 'warning',
    code: 'agent-foreign-allocator',
    say: (detail) =>
      `Heap figures are incomplete: another allocator serves malloc before it reaches us (${detail}). ` +
      'Its memory shows as mappings, where it uses mmap, and in the remainder.',
  },
  4: {
    severity: 'warning',
    code: 'agent-debug-hooks',
    say: () =>
      'Small Python objects are not seen: Python runs with debug hooks on its allocator (PYTHONMALLOC=debug or -X dev).',
  },
  5: {
    severity: 'info',
    code: 'agent-pymalloc-off',
    say: () =>
      'Python runs without its small-object allocator (PYTHONMALLOC=malloc): its objects are counted as malloc.',
  },
  6: {
    severity: 'warning',
    code: 'agent-free-threaded',
    say: () => 'Lines are not known: this is a free-threaded build of Python.',
  },
  7: {
    severity: 'warning',
    code: 'agent-write-stopped',
    say: (detail) =>
      `The capture ends early: its file could not be written any further (${detail}). The program was not affected.`,
  },
  8: {
    severity: 'warning',
    code: 'agent-no-native-stacks',
    say: (detail) => `Native stacks were asked for and cannot be had here: ${detail}.`,
  },
};

const FLAG_NOTES: readonly [number, NoteText][] = [
  [
    STREAM_FLAG.recordsAll,
    {
      severity: 'info',
      code: 'records-all',
      say: () => 'Every block was recorded (--exact): figures by line are exact, and the program took longer for it.',
    },
  ],
  [
    STREAM_FLAG.diskFull,
    {
      severity: 'warning',
      code: 'stream-disk-full',
      say: () => 'The capture ends early: there was no room left for it. The program was not affected.',
    },
  ],
  [
    STREAM_FLAG.ceiling,
    {
      severity: 'warning',
      code: 'stream-ceiling',
      say: () => 'The capture reached its largest size; allocations after that are missing, kernel figures are not.',
    },
  ],
];

/** A library that maps much memory itself (detail: its path): worth a word only where an allocator does it. */
const MAPS_ITSELF = 9;

export function notesOfAgent(code: number, detail: string, process: number): Note[] {
  if (code === MAPS_ITSELF) {
    const text = describeInnerAllocator(detail);
    return text === undefined ? [] : [{ severity: 'warning', code: 'agent-inner-allocator', text, process }];
  }
  const { severity, code: name, say } = AGENT_NOTES[code] ?? AGENT_NOTES[0]!;
  return [{ severity, code: name, text: say(detail), process }];
}

export function notesOfFlags(flags: number, process: number): Note[] {
  return FLAG_NOTES.filter(([flag]) => (flags & flag) !== 0).map(([, { severity, code, say }]) => ({
    severity,
    code,
    text: say(''),
    process,
  }));
}

/** One note for a sentence that many processes would repeat. */
export function withoutRepeats(notes: readonly Note[]): Note[] {
  const kept = new Map<string, Note>();
  for (const note of notes) {
    const key = `${note.code}\0${note.text}`;
    const before = kept.get(key);
    kept.set(key, before && before.process !== note.process ? { ...before, process: -1 } : note);
  }
  return [...kept.values()];
}
