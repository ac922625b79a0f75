import { defineConfig } from 'vitest/config';

/** Killed processes, full disks, broken files: one after the other, and not in the daily run. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.faults.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
  },
});
