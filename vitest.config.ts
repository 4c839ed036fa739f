import { defineConfig } from 'vitest/config';

/** Tests that need Temporal or MongoDB get them from here; pure ones start nothing. */
const servers = ['test/support/servers.ts'];

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{shared,workflows,builder}/**/*.test.{ts,tsx}'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/{engine,histories}/**/*.test.ts'],
          globalSetup: servers,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Whole products with browsers and killed processes: one at a time, or they starve each other.
        test: {
          name: 'stories',
          include: ['test/{journeys,crash}/**/*.test.ts'],
          globalSetup: servers,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
