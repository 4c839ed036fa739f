/** The times a call carries, by the caller's clock. */
type Said = Date | null | undefined;
export type CallTimes = { timestamp?: Said; originalTimestamp?: Said; sentAt?: Said };

/**
 * When an event happened, with the error of the caller's clock taken out: as long before its arrival as its own time
 * was before it was sent. Never in the future.
 * @see Segment's spec, "Timestamps in Segment"
 */
export function eventTime({ timestamp, originalTimestamp, sentAt }: CallTimes, receivedAt: Date): Date {
  const said = originalTimestamp ?? timestamp ?? null;
  if (!said) return receivedAt;
  const at = sentAt ? receivedAt.getTime() - (sentAt.getTime() - said.getTime()) : said.getTime();
  return new Date(Math.min(at, receivedAt.getTime()));
}
