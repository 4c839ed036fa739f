import { afterAll, beforeAll, expect, test } from 'vitest';
import { returnId, returnPath } from '#engine/bounces/return-path.ts';
import { freePort } from '#engine/local/port.ts';
import { createModels } from '#engine/models/index.ts';
import { openPasture, type Pasture } from '../support/pasture.ts';
import { deliverRaw, notification } from '../support/returned-mail.ts';
import { storedDelivery } from '../support/stored-delivery.ts';

let pasture: Pasture;
let port: number;
beforeAll(async () => {
  port = await freePort();
  pasture = await openPasture({ BOUNCE_PORT: String(port) });
});
afterAll(() => pasture.close());

test('the running server takes a returned mail at BOUNCE_PORT, and refuses what was not signed here', async () => {
  const models = createModels(pasture.database.connection);
  const settings = await models.settings.findOne().lean();
  const delivery = storedDelivery({ _id: 'run|hello', contact: 'ada', address: 'ada@people.test', state: 'sent' });
  await models.deliveries.create(delivery);
  await models.returnPaths.create({ _id: returnId(delivery._id), delivery: delivery._id, at: new Date() });
  const to = (secret: string) => returnPath(secret, 'bounces@mail.shop.test', delivery._id);
  const raw = notification({ action: 'failed', status: '5.1.1' });
  await expect(deliverRaw(port, { to: to('another secret'), raw })).rejects.toMatchObject({ responseCode: 550 });
  expect(await models.suppressions.countDocuments()).toBe(0);
  await deliverRaw(port, { to: to(settings?.linkSecret ?? ''), raw });
  expect(await models.suppressions.findById('email:ada@people.test').lean()).toMatchObject({ reason: 'bounced' });
});
