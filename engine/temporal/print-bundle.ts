// Prints the workflows as one bundle; run by `bundle.ts`.
import { bundleWorkflows } from './worker.ts';

const { code } = await bundleWorkflows();
process.stdout.write(code);
