// Colours that tell neighbouring steps and processes apart, by index, going round.
export const STEP_COLORS: readonly string[] = [
  '--cycle-1',
  '--cycle-2',
  '--cycle-3',
  '--cycle-4',
  '--cycle-5',
  '--cycle-6',
  '--cycle-7',
  '--cycle-8',
];
