// A mail sink in a process of its own, asked over the parent's channel; run by `sink.ts`.
import { type Accepted, openMailSink } from './mail-sink.ts';
import type { Arrival, SinkAnswer, SinkQuestion } from './sink.ts';

const arrivals: Arrival[] = [];
const nowMs = () => performance.timeOrigin + performance.now();
const sink = await openMailSink((mail: Accepted) => arrivals.push({ ...mail, at: nowMs() }));

process.on('message', ({ id, from }: SinkQuestion) => {
  const answer: SinkAnswer =
    from === null ? { id, mails: arrivals.length, keys: sink.ledger.size } : { id, arrivals: arrivals.slice(from) };
  process.send?.(answer);
});
process.once('disconnect', () => process.exit(0));
process.send?.({ url: sink.url });
