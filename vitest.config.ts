import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Many specs wait for disks, sockets and child processes, which need a share of the cores too. */
const workers = Math.max(2, Math.floor(availableParallelism() * 0.75));

export default defineConfig({
  test: {
    include: ['packages/**/*.spec.ts', 'services/**/*.spec.ts', 'infra/**/*.spec.ts', 'test/**/*.spec.ts', 'docs/**/*.spec.ts'],
    // Run on their own by `pnpm faults`: they kill processes and fill disks, for minutes.
    exclude: ['**/node_modules/**', 'test/faults/**'],
    maxWorkers: workers,
    // Bounds for what hangs, not for what is slow: a hook that starts a platform and plays the demonstration has to stand a loaded machine.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 45_000 } },
  },
});
