import { defineConfig } from 'vitest/config';

// Three suites by what they need. `unit` needs nothing but node; `system` runs the agent under real Python
// interpreters; `e2e` opens reports in headless Chromium. Timed figures live in bench/, never here.
export default defineConfig({
  test: {
    maxWorkers: '100%', // by default one core is left idle, which is half of a small machine
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,scripts,bench,test/unit}/**/*.test.{ts,tsx}', 'test/*.test.ts'],
          testTimeout: 30_000, // a busy machine takes its time
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
