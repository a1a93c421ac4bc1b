// A file for speedscope (https://www.speedscope.app): two profiles over one list of frames, weights in bytes.
import { nativeLabel } from '#analysis/native-calls.ts';
import type { Profile } from '#profile/types.ts';
import { EXIT_DONE, type Report } from './report.ts';
import {
  frameName,
  framesOf,
  NO_PYTHON,
  roundKeepingSum,
  type StackSelection,
  type StackSeries,
  seriesOf,
} from './weighted-stacks.ts';

const SCHEMA_URL = 'https://www.speedscope.app/file-format-schema.json';

export function renderSpeedscope(profile: Profile, selection: StackSelection = {}): Report {
  const { meta, frames } = profile;
  const file = {
    $schema: SCHEMA_URL,
    exporter: `${meta.tool.name}@${meta.tool.version}`,
    name: meta.title,
    activeProfileIndex: 0,
    // One row more than FrameTable has: calls without any Python frame.
    shared: {
      frames: [...Array.from({ length: frames.length }, (_, row) => frameOf(profile, row)), { name: NO_PYTHON }],
    },
    profiles: seriesOf(profile, selection).map((series) => profileOf(profile, series)),
  };
  return { text: `${JSON.stringify(file)}\n`, exitCode: EXIT_DONE };
}

function frameOf(profile: Profile, row: number) {
  const { func, file, line, native } = frameName(profile, row);
  return {
    name: native ? nativeLabel({ func, file }) : func,
    ...(file === '' ? {} : { file }),
    ...(line === 0 ? {} : { line }),
  };
}

function profileOf(profile: Profile, { title: name, stacks }: StackSeries) {
  const weights = roundKeepingSum(stacks.map((row) => row.bytes));
  return {
    type: 'sampled',
    name,
    unit: 'bytes',
    startValue: 0,
    endValue: weights.reduce((sum, weight) => sum + weight, 0),
    samples: stacks.map(({ stack }) => (stack < 0 ? [profile.frames.length] : framesOf(profile, stack))),
    weights,
  };
}
