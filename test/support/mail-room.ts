import type { Contact } from '#shared/contact.ts';
import { emptyDrawing } from '#shared/journey.ts';
import { emptyMessage } from '#shared/message.ts';
import { senderDefaults } from '#shared/sender.ts';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { createDeliveries, type MailRoom } from '#engine/deliveries/deliveries.ts';
import type { OwnEvent } from '#engine/events/own-event.ts';
import type { StoredPlan } from '#engine/models/journey.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { createSettings } from '#engine/settings.ts';
import { type Database, openDatabase } from './mongo.ts';

export const JOURNEY = 'journey1';
export const GROUP = 'group1';

/** A database with one running journey of one message, and what sends its mails to a server of one's choice. */
export interface World {
  base: Base;
  /** Events that the mail room had recorded. */
  recorded: OwnEvent[];
  plan: StoredPlan;
  /** A mail room on the same database, as another worker would have. */
  open(smtpUrl?: string, batchMs?: number): MailRoom;
  /** Adds a contact who may be mailed and is at the step; answers their message. */
  person(name: string, change?: Partial<Contact>): Promise<Outgoing>;
  close(): Promise<void>;
}

/** Builds the world; `inboxPort` is where the built-in inbox would listen. */
export async function openWorld({ inboxPort = 1 }: { inboxPort?: number } = {}): Promise<World> {
  const database: Database = await openDatabase();
  const config = {
    ...readConfig({}),
    INBOX_PORT: inboxPort,
    LOG_LEVEL: 'silent' as const,
    PUBLIC_URL: 'https://pasture.test',
  };
  const base = createBase({ config, connection: database.connection });
  await buildIndexes(base.models);
  const now = new Date();
  await base.models.senders.create({
    ...senderDefaults,
    _id: 'shop',
    name: 'The Shop',
    email: 'hello@shop.test',
    replyTo: null,
    postalAddress: '1 High Street',
    isDefault: true,
  });
  await base.models.journeys.create({
    _id: JOURNEY,
    name: 'Win back',
    state: 'running',
    drawing: emptyDrawing,
    revision: 1,
    plan: 'plan1',
    version: 1,
    createdAt: now,
    updatedAt: now,
    updatedBy: 'test',
    publishedAt: now,
    sample: false,
  });
  const rooms: MailRoom[] = [];
  const recorded: OwnEvent[] = [];
  const content = {
    html: '<html><body><p>Hello {{ contact.firstName | default: "friend" }}</p><a href="https://shop.test/offer">Go</a></body></html>',
    text: 'Hello {{ contact.firstName | default: "friend" }} https://shop.test/offer',
  };
  return {
    base,
    recorded,
    plan: planOf(now, content),
    open(smtpUrl, batchMs) {
      const room = createDeliveries(
        { ...base, config: { ...config, SMTP_URL: smtpUrl } },
        {
          settings: createSettings(base.models),
          record: async (event) => void recorded.push(event),
          patience: { connectMs: 1_000, greetMs: 1_000, replyMs: 1_500 },
          ...(batchMs !== undefined && { batchMs }),
        },
      );
      rooms.push(room);
      return room;
    },
    person: (name, change) => personIn(base, { name, change, content }),
    async close() {
      for (const room of rooms) room.close();
      await database.close();
    },
  };
}

function planOf(now: Date, content: { html: string; text: string }): StoredPlan {
  return {
    _id: 'plan1',
    journey: JOURNEY,
    version: 1,
    start: 'hello',
    nodes: {},
    steps: {},
    sources: { hello: 'one-time buyers' },
    entry: { kind: 'api', source: 'one-time buyers' },
    reentry: { kind: 'once' },
    goal: null,
    exits: [],
    publishedAt: now,
    sample: false,
    publishedBy: 'test',
    contents: { hello: content },
    drawing: emptyDrawing,
    audience: null,
  };
}

async function personIn(
  { models }: Base,
  { name, change, content }: { name: string; change: Partial<Contact> | undefined; content: Outgoing['content'] },
): Promise<Outgoing> {
  const now = new Date();
  const id = name.toLowerCase();
  const given: Contact = {
    _id: id,
    clock: 'real',
    mergedInto: null,
    email: `${id}@people.test`,
    phone: null,
    userId: null,
    name,
    search: [],
    profile: { firstName: name },
    tags: [],
    companies: [],
    consent: { email: { state: 'given', at: now, source: 'test' } },
    firstSource: null,
    latestSource: null,
    stage: 'subscribe',
    stageDates: {},
    summaries: {},
    value: [],
    timeZone: null,
    revision: 0,
    createdAt: now,
    updatedAt: now,
    ...change,
  };
  const contact = (await models.contacts.create(given)).toObject<Contact>();
  const enrollment = (
    await models.enrollments.create({
      _id: `${JOURNEY}:${id}::now`,
      journey: JOURNEY,
      plan: 'plan1',
      contact: id,
      clock: given.clock ?? 'real',
      key: '',
      occasion: 'now',
      slot: `${JOURNEY}:${id}:`,
      state: 'active',
      node: 'hello',
      since: now,
      due: now,
      until: null,
      awaits: [],
      registered: false,
      group: GROUP,
      batch: null,
      seq: 0,
      path: [],
      countsFrom: now,
      listensFrom: now,
      releasedBy: null,
      enteredAt: now,
      entryEvent: null,
      endedAt: null,
      ending: null,
      goal: null,
    })
  ).toObject();
  return {
    key: `${enrollment._id}|hello`,
    enrollment,
    contact,
    step: 'hello',
    message: {
      ...emptyMessage,
      content: { ...emptyMessage.content, subject: 'For you, {{ contact.firstName }}', body: 'x' },
    },
    content,
    dueAt: now,
    at: now,
    coupons: {},
    ask: {
      label: 'Buy',
      link: 'https://shop.test/offer',
      proof: { event: 'Order Completed', where: [] },
      until: new Date(now.getTime() + 7 * 86_400_000),
    },
  };
}
