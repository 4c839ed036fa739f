/** By name: the driver's and Mongoose's errors for a server that cannot be reached. */
const unreachable =
  /^Mongo(ose)?(Network|ServerSelection|NotConnected|TopologyClosed|PoolClosed|PoolCleared|WaitQueueTimeout|ServerClosed)/;

/** By code: what a server answers that is there and takes no writes, be it for want of a primary or of disk space. */
const unwilling = new Set([
  64, // WriteConcernFailed
  91, // ShutdownInProgress
  189, // PrimarySteppedDown
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
  14_031, // OutOfDiskSpace
]);

/** Whether an error says that the database takes nothing now and may later, so that callers should come again. */
export function isDatabaseAway(error: Error): boolean {
  if (unreachable.test(error.name) || error.message.includes('buffering timed out')) return true;
  return 'code' in error && typeof error.code === 'number' && unwilling.has(error.code);
}
