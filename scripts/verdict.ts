// The last line of `.ci/run`: how many tests passed and failed, from the test runner's own report, with the check as one more.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const [path = '', checkStatus = '1', testStatus = '1'] = process.argv.slice(2);
const tests = readReport(path);
const check = checkStatus === '0' ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
// A run that ends badly without naming a test (an unhandled error, a server that would not start) is a failure too.
const unnamed = testStatus !== '0' && tests.failed === 0 ? 1 : 0;
const failed = tests.failed + check.failed + unnamed;
console.log(`${tests.passed + check.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function readReport(report: string): { passed: number; failed: number } {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = Report.parse(JSON.parse(readFileSync(report, 'utf8')));
  const unloadable = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return { passed: numPassedTests, failed: numFailedTests + unloadable.length };
}
