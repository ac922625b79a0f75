import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/**/*.spec.ts',
      'services/**/*.spec.ts',
      'test/e2e/**/*.spec.ts',
      'test/doubles/**/*.spec.ts',
      'docs/**/*.spec.ts',
    ],
    typecheck: { enabled: false },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
