import { runBareLoop } from '../bare.ts';
import { cpuSeconds, took } from '../clocked.ts';
import { insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { letter } from '../letter.ts';
import { oneLetter } from '../one-letter.ts';
import { atPlace, type Place, SINK_CONNECTIONS } from '../place.ts';
import type { Arrival } from '../sink.ts';
import { until } from '../until.ts';

const MAILS = 20_000;
const WARMING_MAILS = 500;

/**
 * Mails a second of a journey of one message, against a bare pooled nodemailer loop that renders the same pages. Both
 * are warm, send to the same sink over as many connections, and are timed from the first mail accepted to the last.
 * The loop runs before and after, because a machine is not always equally fast. It is one process, as a loop is; what
 * two of them do is reported beside it.
 */
export async function blast(sizes: Sizes): Promise<Figures> {
  const mails = cut(sizes, MAILS, 200);
  return atPlace(async (place) => {
    await sendBlast(place, { name: 'warm', mails: WARMING_MAILS });
    const [plan] = await place.engine.models.plans.find({}).lean();
    const content = plan?.contents['letter'];
    if (!plan || !content) throw new Error('The journey has no compiled letter.');
    const order = { smtpUrl: place.sink.url, connections: SINK_CONNECTIONS, content, subject: letter.content.subject };
    const bare = async (loops: number): Promise<number> => {
      const { mails: before } = await place.sink.tally();
      const each = Math.floor((mails / 2 + WARMING_MAILS) / loops);
      const connections = SINK_CONNECTIONS / loops;
      await Promise.all(
        Array.from({ length: loops }, (_, loop) =>
          runBareLoop({ ...order, connections, first: loop * each, mails: each, plan: `${plan.journey}${loops}` }),
        ),
      );
      return perSecond((await place.sink.since(before)).slice(WARMING_MAILS));
    };
    const bareBefore = await bare(1);
    const ours = await sendBlast(place, { name: 'blast', mails });
    const bareAfter = await bare(1);
    const one = (bareBefore + bareAfter) / 2;
    return {
      blast_ratio: rounded(ours.perSecond / one),
      blast_mails: mails,
      blast_per_second: rounded(ours.perSecond),
      blast_publish_ms: rounded(ours.publishMs),
      blast_first_mail_ms: rounded(ours.firstMailMs),
      blast_doubled: ours.doubled,
      ...Object.fromEntries(ours.cpu.map(([part, ms]) => [`blast_cpu_ms_${part}`, rounded(ms)])),
      blast_mail_bytes: ours.bytes,
      bare_per_second: rounded(one),
      bare_per_second_before: rounded(bareBefore),
      bare_per_second_after: rounded(bareAfter),
      ...(sizes.share === 1 && { bare_two_processes_per_second: rounded(await bare(2)) }),
    };
  });
}

type Sent = {
  perSecond: number;
  publishMs: number;
  firstMailMs: number;
  doubled: number;
  bytes: number;
  cpu: [string, number][];
};

async function sendBlast(
  { engine, house, api, sink, numbers }: Place,
  { name, mails }: { name: string; mails: number },
): Promise<Sent> {
  await insertCrowd(engine.models, { people: mails, ordering: 'none', first: numbers(mails), tag: name });
  await engine.addSegment(name, { kind: 'tag', tag: name, has: true });
  const journey = await engine.draw(name, oneLetter(name));
  const { mails: before } = await sink.tally();
  const pids = { ...house.pids(), sink: sink.pid };
  const cpuBefore = cpuSeconds(pids);
  const begin = performance.timeOrigin + performance.now();
  const publishMs = await took(() => api.ask('POST', `/api/journeys/${journey}/publication`));
  await until(`${mails} mails of ${name}`, { seconds: 60 + mails / 50 }, async () =>
    (await sink.tally()).mails >= before + mails ? true : null,
  );
  const cpu = Object.entries(cpuSeconds(pids)).map(([part, now]): [string, number] => [
    part,
    ((now - (cpuBefore[part] ?? 0)) * 1_000) / mails,
  ]);
  const arrivals = await sink.since(before);
  const doubled = arrivals.length - new Set(arrivals.map(({ key }) => key)).size;
  const firstMailMs = (arrivals[0]?.at ?? begin) - begin;
  return { publishMs, doubled, firstMailMs, cpu, perSecond: perSecond(arrivals), bytes: meanBytes(arrivals) };
}

function perSecond(arrivals: readonly Arrival[]): number {
  const [first, last] = [arrivals[0]?.at ?? 0, arrivals.at(-1)?.at ?? 0];
  return ((arrivals.length - 1) * 1_000) / (last - first);
}

function meanBytes(arrivals: readonly Arrival[]): number {
  return Math.round(arrivals.reduce((sum, { bytes }) => sum + bytes, 0) / arrivals.length);
}
