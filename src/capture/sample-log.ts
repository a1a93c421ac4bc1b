// The front of the sampler's log: its writer and its reader. The bytes are drawn in sample-log-format.ts.
export type { SampledProcess, SampleLog } from './sample-log-columns.ts';
export { readSampleLog } from './sample-log-read.ts';
export { SampleLogWriter } from './sample-log-write.ts';
