/**
 * A stand-in for MongoDB on machines that cannot get one: MongoDB's wire protocol over one SQLite
 * file, for trying Pasture out and for closed networks. Started as a process; nothing imports it.
 *
 *     node engine/local/standin/main.ts --port 27017 --file pasture.sqlite
 *     mongodb://127.0.0.1:27017/pasture?directConnection=true&retryWrites=false
 *
 * It promises of MongoDB: single-document writes happen whole or not at all, of racing
 * compare-and-sets one wins, unique indexes hold, and a write acknowledged with `j: true` or
 * `w: 'majority'` is on disk (any acknowledged write survives the end of the process).
 *
 * What an application must not use; each is refused with an error:
 * - sessions, transactions, retryable writes, change streams, client-level bulkWrite
 * - update pipelines, positional paths (`list.$.field`), arrayFilters, and operators beyond $set
 *   $unset $inc $push ($each, $slice) $addToSet ($each) $pull $setOnInsert $min $max
 * - filters beyond $eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $nor $not $elemMatch $regex
 *   $size $all; so no $expr, $where, $text, $type, $mod
 * - pipeline stages beyond those listed in aggregate/stages.ts; so no $lookup, $facet, $out, $merge
 * - projections by expression, `field.$` or $elemMatch; collation; hint is accepted and ignored
 * - text, geo, hashed, wildcard and partial indexes; validators, views, capped collections
 * - Decimal128 in what is compared, sorted or indexed
 *
 * What works, but differently:
 * - All commands run on one thread. Reads of many documents give way to others every 8 ms; writes of
 *   many and index builds do not, nor do the pipeline stages after the first $group.
 * - Numbers pass through JavaScript when a document is updated: a double without a fraction becomes
 *   an int, a 64-bit integer up to 2^53 a double or int.
 * - Sorts without an index and $group work in memory. An `$or` is never served by indexes.
 */
import { parseArgs } from 'node:util';
import { StandIn } from './server.ts';

const USAGE = 'usage: node engine/local/standin/main.ts --port N --file PATH';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '27017' }, file: { type: 'string' } } });
  const { file } = values;
  if (file === undefined) throw new Error(USAGE);
  const standIn = open(file);
  const port = await standIn.listen(Number(values.port));
  console.log(`MongoDB stand-in listening on 127.0.0.1:${port}, file ${file}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      standIn.close();
      process.exit(0);
    });
  }
}

function open(file: string): StandIn {
  try {
    return new StandIn(file, (error) => fail(`the disk failed: ${error.message}`));
  } catch (error) {
    if (!(error instanceof Error) || !/locked|busy/.test(error.message)) throw error;
    throw new Error(`${file} is in use by another process; stop that one first`, { cause: error });
  }
}

/** Nothing may be acknowledged any more. */
function fail(message: string): never {
  console.error(`MongoDB stand-in: ${message}`);
  process.exit(1);
}

try {
  await main();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
