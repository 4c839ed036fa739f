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
        // Whole products with browsers: one at a time, or they starve each other.
        test: {
          name: 'stories',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: servers,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Whole products whose parts are killed; they mostly wait, so two at a time. `npm run crash` tries every fault, with more people.
        test: {
          name: 'crash',
          include: ['test/crash/**/*.test.ts'],
          globalSetup: servers,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
