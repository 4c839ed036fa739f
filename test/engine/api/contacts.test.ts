import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContactBody, ContactRow, TimelineRow } from '#shared/api/contacts.ts';
import type { Condition } from '#shared/condition.ts';
import { nativeOf } from '#engine/models/native.ts';
import { openApi } from '../../support/api.ts';
import { storedEvent } from '../../support/ingest.ts';

type Api = Awaited<ReturnType<typeof openApi>>;
type Page<Row> = { rows: Row[]; cursor: string | null; total: number };

let api: Api;
let agent: Awaited<ReturnType<Api['signedIn']>>;
beforeAll(async () => {
  api = await openApi();
  agent = await api.signedIn();
});
afterAll(() => api.close());

async function create(body: object): Promise<ContactRow> {
  const { body: row }: { body: ContactRow } = await agent.post('/api/contacts').send(body).expect(200);
  return row;
}
async function list(query: Record<string, string>): Promise<Page<ContactRow>> {
  const { body }: { body: Page<ContactRow> } = await agent.get('/api/contacts').query(query).expect(200);
  return body;
}
const namesOf = ({ rows }: Page<ContactRow>) => rows.map(({ name }) => name);

describe('the contacts list', () => {
  it('pages through everyone, newest first, each once', async () => {
    for (let index = 0; index < 7; index += 1) {
      await create({ email: `page-${index}@example.com`, profile: { name: `Page ${index}` }, tags: ['paged'] });
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<ContactRow> = await list({ tag: 'paged', limit: '3', ...(cursor && { cursor }) });
      expect(page.total).toBe(7);
      seen.push(...namesOf(page));
      cursor = page.cursor;
    }
    expect(seen).toEqual(['Page 6', 'Page 5', 'Page 4', 'Page 3', 'Page 2', 'Page 1', 'Page 0']);
    const all = await list({ limit: '2' });
    expect(all.total).toBe(await api.base.models.contacts.countDocuments());
  });

  it('finds by the beginning of a name, any part of it, an address or a phone number, in any case', async () => {
    await create({
      email: 'Zoe.Quill@example.com',
      phone: '+1 (555) 010-9',
      profile: { firstName: 'Zoë', lastName: 'Quill' },
    });
    for (const search of ['zoë', 'QUILL', 'zoë qu', 'zoe.quill@', '+1555010', '+1 (555']) {
      expect(namesOf(await list({ search }))).toEqual(['Zoë Quill']);
    }
    for (const search of ['uill', 'zoe.*', '.*', '^z']) expect(namesOf(await list({ search }))).toEqual([]);
  });

  it('filters by segment, stage and tag together', async () => {
    const condition: Condition = { kind: 'profile', path: 'city', operator: 'equals', value: 'Bonn' };
    const now = new Date();
    await api.base.models.segments.create({
      _id: 'bonn',
      name: 'Bonn',
      condition,
      createdAt: now,
      updatedAt: now,
      sample: false,
    });
    await create({ email: 'bonn-1@example.com', profile: { name: 'One', city: 'Bonn' }, tags: ['x'] });
    await create({ email: 'bonn-2@example.com', profile: { name: 'Two', city: 'Bonn' } });
    expect(namesOf(await list({ segment: 'bonn' }))).toEqual(['Two', 'One']);
    expect(namesOf(await list({ segment: 'bonn', tag: 'x' }))).toEqual(['One']);
    expect(namesOf(await list({ segment: 'bonn', stage: 'promote' }))).toEqual([]);
    await agent.get('/api/contacts').query({ segment: 'nowhere' }).expect(404);
  });
});

describe('one contact', () => {
  it('is added, changed and deleted by hand, each change naming its actor', async () => {
    const { id } = await create({
      email: 'Hand@example.com',
      profile: { name: 'Hand', city: 'Bonn' },
      consent: 'given',
    });
    const { body: added }: { body: ContactBody } = await agent.get(`/api/contacts/${id}`).expect(200);
    expect(added).toMatchObject({
      email: 'hand@example.com',
      consent: 'given',
      consentSource: 'user:Ada',
      journeys: [],
    });
    const edit = {
      email: 'other@example.com',
      phone: '+49 1',
      profile: { city: null, size: 3 },
      tags: ['vip'],
      consent: 'withdrawn',
    };
    const { body: changed }: { body: ContactBody } = await agent.patch(`/api/contacts/${id}`).send(edit).expect(200);
    expect(changed).toMatchObject({ email: 'other@example.com', phone: '+49 1', tags: ['vip'], consent: 'withdrawn' });
    expect(changed.profile).toEqual({ name: 'Hand', size: 3 });
    expect(changed.identities.map(({ value }) => value)).toEqual(['other@example.com', '+49 1']);
    expect(namesOf(await list({ search: 'hand@' }))).toEqual([]);
    const { body: tags }: { body: { rows: string[] } } = await agent.get('/api/tags').expect(200);
    expect(tags.rows).toContain('vip');
    await agent.delete(`/api/contacts/${id}`).expect(204);
    await agent.get(`/api/contacts/${id}`).expect(404);
    const changes = await api.base.models.changes
      .find({ subject: `contact:${id}` })
      .sort({ at: 1 })
      .lean();
    expect(changes.map(({ actor, verb }) => `${actor} ${verb}`)).toEqual([
      'user:Ada created',
      'user:Ada changed',
      'user:Ada deleted',
    ]);
  });

  it('cannot take the address of another, nor be nobody', async () => {
    const { id } = await create({ email: 'mine@example.com' });
    await create({ email: 'taken@example.com' });
    await agent.post('/api/contacts').send({ email: 'TAKEN@example.com' }).expect(409);
    await agent.patch(`/api/contacts/${id}`).send({ email: 'taken@example.com' }).expect(409);
    await agent.post('/api/contacts').send({}).expect(400);
    await agent.get('/api/contacts/nobody').expect(404);
  });

  it('shows events, messages and steps in one line, newest first, in pages without gaps', async () => {
    const { models } = api.base;
    const { id } = await create({ email: 'line@example.com' });
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
    await models.events.insertMany([
      ...[1, 3, 5].map((minute) => storedEvent(id, { name: `Event ${minute}`, at: at(minute) })),
      ...['a', 'b', 'c'].map((mark) =>
        storedEvent(id, { _id: `tie-${mark}-${nanoid()}`, name: `Tie ${mark}`, at: at(9) }),
      ),
    ]);
    const message = { contact: id, journey: 'j', plan: 'p', step: 's', state: 'sent', reason: null, claimedAt: at(0) };
    await nativeOf(models.deliveries).insertOne({ ...message, _id: 'm-1', sentAt: at(4) } as never);
    const path = [
      { node: 's', edge: 'next', at: at(4), batch: 'b' },
      { node: 'w.wait', edge: 'due', at: at(6), batch: 'b' },
    ];
    const run = {
      contact: id,
      journey: 'j',
      plan: 'p',
      slot: 'slot',
      state: 'active',
      node: 'x',
      enteredAt: at(0),
      path,
    };
    await nativeOf(models.enrollments).insertOne({ ...run, _id: 'e-1', endedAt: null, ending: null } as never);
    await nativeOf(models.journeys).insertOne({ _id: 'j', name: 'Welcome' } as never);
    await nativeOf(models.plans).insertOne({ _id: 'p', steps: { s: { name: 'Mail' }, w: { name: 'Wait' } } } as never);
    const seen: TimelineRow[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: Page<TimelineRow> } = await agent
        .get(`/api/contacts/${id}/timeline`)
        .query({ limit: 2, ...(cursor && { cursor }) })
        .expect(200);
      expect(body.total).toBe(9);
      seen.push(...body.rows);
      cursor = body.cursor;
    }
    expect(seen.map((row) => (row.kind === 'event' ? row.name : `${row.kind} ${row.stepName}`))).toEqual([
      'Tie c',
      'Tie b',
      'Tie a',
      'step Wait',
      'Event 5',
      'message Mail',
      'step Mail',
      'Event 3',
      'Event 1',
    ]);
    const { body: page }: { body: ContactBody } = await agent.get(`/api/contacts/${id}`).expect(200);
    expect(page.journeys).toMatchObject([{ enrollment: 'e-1', name: 'Welcome', state: 'active', ending: null }]);
  });

  it('shows the latest messages of somebody who has had more than are looked at', async () => {
    const { id } = await create({ email: 'flooded@example.com' });
    const MAILS = 1_001;
    const message = { contact: id, journey: 'j', plan: 'p', step: 's', state: 'sent', reason: null };
    const sent = Array.from({ length: MAILS }, (_, minute) => new Date(Date.UTC(2026, 0, 1, 0, minute)));
    await nativeOf(api.base.models.deliveries).insertMany(
      sent.map((at, index) => ({ ...message, _id: `flood-${index}`, claimedAt: at, sentAt: at })) as never[],
    );
    const { body }: { body: Page<TimelineRow> } = await agent
      .get(`/api/contacts/${id}/timeline`)
      .query({ limit: 2 })
      .expect(200);
    expect(body.rows.map((row) => row.id)).toEqual([`flood-${MAILS - 1}`, `flood-${MAILS - 2}`]);
  });

  it('lists the names of events, also of those that never happened', async () => {
    const { body }: { body: { rows: string[] } } = await agent.get('/api/event-names').expect(200);
    expect(body.rows).toEqual(expect.arrayContaining(['Order Completed', 'Message Clicked', 'Coupon Redeemed']));
  });
});
