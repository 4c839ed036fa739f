import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openV1, type V1 } from '../../support/v1.ts';

let v1: V1;
let waitFor = Promise.resolve();
beforeAll(async () => {
  v1 = await openV1(() => waitFor);
});
afterAll(() => v1.close());

describe('Segment’s own Node SDK', () => {
  it('delivers all its calls, batched as it likes', async () => {
    const analytics = new Analytics({ writeKey: v1.writeKey, host: v1.host, flushAt: 15, flushInterval: 50 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.identify({ userId: 'sdk-1', traits: { email: 'sdk@example.com', name: 'Sam Dee' } });
    analytics.page({ userId: 'sdk-1', name: 'Home' });
    analytics.screen({ userId: 'sdk-1', name: 'Home' });
    analytics.group({ userId: 'sdk-1', groupId: 'acme' });
    analytics.alias({ userId: 'sdk-1', previousId: 'visitor-1' });
    analytics.track({ anonymousId: 'visitor-1', event: 'Product Viewed' });
    const timestamp = new Date('2026-01-02T03:04:05Z');
    for (let order = 0; order < 40; order += 1) {
      const properties = { revenue: 10, currency: 'USD', order_id: String(order) };
      analytics.track({ userId: 'sdk-1', event: 'Order Completed', properties, timestamp });
    }
    await analytics.closeAndFlush();
    await v1.events.idle();
    expect(failures).toEqual([]);
    const contact = await v1.models.contacts.findOne({ email: 'sdk@example.com' }).lean();
    expect(contact).toMatchObject({ name: 'Sam Dee', userId: 'sdk-1', value: [{ minor: 40_000, currency: 'USD' }] });
    expect(contact?.summaries['Order Completed']).toMatchObject({ count: 40, minor: 40_000 });
    expect(await v1.models.events.countDocuments({ contact: contact?._id ?? '' })).toBe(46);
    const drift = (contact?.summaries['Order Completed']?.last.getTime() ?? 0) - timestamp.getTime();
    expect(Math.abs(drift)).toBeLessThan(2_000);
  });

  it('sends again after a 429, as Retry-After says', { timeout: 60_000 }, async () => {
    const analytics = new Analytics({ writeKey: v1.writeKey, host: v1.host, flushAt: 1, flushInterval: 50 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // What is accepted stays in memory until the reaction to it ends.
    const bytes = 30 * 1024 * 1024;
    const at = new Date();
    const identities = [{ kind: 'userId' as const, value: 'large' }];
    const large = { id: 'large', kind: 'track' as const, name: 'Large', identities, at, receivedAt: at, bytes };
    waitFor = held;
    const accepted = v1.events.accept([{ ...large, properties: {}, context: {}, value: null, source: 'test' }]);
    expect((await v1.post('/track', { userId: 'other', event: 'Other' })).status).toBe(429);
    analytics.track({ userId: 'sdk-2', event: 'Patient', messageId: 'patient' });
    setTimeout(release, 2_000);
    await analytics.closeAndFlush({ timeout: 40_000 });
    await accepted;
    expect(await v1.models.events.findById('patient').lean()).toMatchObject({ name: 'Patient' });
  });
});
