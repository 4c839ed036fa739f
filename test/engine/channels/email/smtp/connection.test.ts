import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { patience } from '#engine/channels/email/smtp/connection.ts';
import { createPool } from '#engine/channels/email/smtp/pool.ts';
import { addresses, mailTo } from '../../../../support/mail-to.ts';

it.each(['smtp', 'smtps'])('mails go through a server of %s that wants a name and encrypts', async (scheme) => {
  const got: string[] = [];
  const server = new SMTPServer({
    secure: scheme === 'smtps',
    onAuth: ({ username, password }, _session, done) =>
      username === 'shop' && password === 'secret' ? done(null, { user: 'shop' }) : done(new Error('no')),
    onData(stream, session, done) {
      stream.resume();
      stream.on('end', () => {
        got.push(session.envelope.rcptTo.map(({ address }) => address).join());
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const url = (password: string) => `${scheme}://shop:${password}@127.0.0.1:${port}/?tls.rejectUnauthorized=false`;
  const send = async (password: string, to: string[]) => {
    const pool = createPool({ url: url(password), size: 1, patience });
    const outcomes = await Promise.all(to.map((one) => pool.send(mailTo(one), async () => 'open' as const)));
    pool.close();
    return outcomes.map(({ kind }) => kind);
  };
  const to = addresses(3);
  expect(await send('secret', to)).toEqual(to.map(() => 'accepted'));
  expect(got).toEqual(to);
  expect(await send('wrong', to)).toEqual(to.map(() => 'unreachable'));
  expect(got).toEqual(to);
  await new Promise<void>((resolve) => server.close(resolve));
});
