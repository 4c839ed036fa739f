import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { claimPort, freePort } from '#engine/local/port.ts';

const wish = { host: '127.0.0.1', what: 'the web pages', variable: 'PORT' };

test('a port in use is named, with what wants it and the variable that changes it', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const message = await claimPort({ ...wish, port }).catch(String);
  other.close();
  expect(message).toContain(`Port ${port}, wanted by the web pages, is in use by another program.`);
  expect(message).toContain(`PORT=${port + 1} npm start`);
});

test('a free port is claimed as it is, and 0 stands for any free one', async () => {
  const port = await freePort();
  expect(await claimPort({ ...wish, port })).toBe(port);
  expect(await claimPort({ ...wish, port: 0 })).toBeGreaterThan(0);
});

test('an address that this machine does not have is told by the setting that names it', async () => {
  const message = await claimPort({ ...wish, port: 0, host: '192.0.2.1' }).catch(String);
  expect(message).toContain('cannot be opened on 192.0.2.1');
  expect(message).toContain(`${wish.variable.replace('PORT', 'HOST')}, or unset it`);
});
