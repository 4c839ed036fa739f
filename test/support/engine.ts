import { DefaultLogger, Runtime } from '@temporalio/worker';
import { nanoid } from 'nanoid';
import type { Money } from '#shared/money.ts';
import type { Activities } from '#shared/activities.ts';
import type { Drawing } from '#shared/journey.ts';
import { createBase } from '#engine/base.ts';
import { childEnv, readConfig } from '#engine/config.ts';
import type { ContactSeed } from '#engine/contacts/fresh.ts';
import { createEngine } from '#engine/engine.ts';
import { createJourney } from '#engine/journeys/create-journey.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { bundleWorkflows, createWorkers } from '#engine/temporal/worker.ts';
import { openDatabase } from './mongo.ts';
import { type Manners, openMailServer } from './smtp.ts';
import { openTemporal } from './temporal.ts';

let bundle: ReturnType<typeof bundleWorkflows> | null = null;
let quiet = false;

/** `around` may stand between the workers and their activities. */
type Surroundings = {
  manners?: Manners;
  env?: Record<string, string>;
  around?: (activities: Activities) => Activities;
};

/** The whole engine with its workers, on a database, a Temporal namespace and a mail server of its own. */
export async function openEngine({ manners = {}, env = {}, around = (activities) => activities }: Surroundings = {}) {
  if (!quiet) Runtime.install({ logger: new DefaultLogger('WARN') });
  quiet = true;
  const [database, temporal, mailServer] = await Promise.all([openDatabase(), openTemporal(), openMailServer(manners)]);
  const config = readConfig(
    childEnv({
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      SMTP_URL: mailServer.url,
      INBOX_PORT: new URL(mailServer.url).port,
      LOG_LEVEL: 'warn',
      ...env,
    }),
  );
  const base = createBase({ config, connection: database.connection });
  await buildIndexes(base.models);
  const engine = createEngine(base, temporal.client);
  await base.models.senders.create({
    _id: 'sender',
    name: 'Pasture Test',
    email: 'hello@shop.example',
    replyTo: null,
    postalAddress: '1 Meadow Lane, Greenfield',
    isDefault: true,
  });
  bundle ??= bundleWorkflows();
  const workers = await createWorkers(config, temporal.native, around(engine.activities), await bundle);
  const running = workers.map((worker) => worker.run());
  engine.events.start();

  return {
    ...engine,
    models: base.models,
    client: temporal.client,
    mails: mailServer.mails,
    /** A new contact who agreed to be mailed. */
    contact(seed: ContactSeed = {}): Promise<string> {
      const consent = { state: 'given', at: new Date(), source: 'test' } as const;
      return engine.contacts.resolve([{ kind: 'email', value: `${nanoid(8)}@example.com` }], { consent, ...seed });
    },
    /** A live event of a contact's; resolves when all has come of it that comes. */
    async happen(
      contact: string,
      name: string,
      properties: Record<string, unknown> = {},
      value: Money | null = null,
    ): Promise<void> {
      const found = await base.models.contacts.findById(contact, { email: 1 }).lean<{ email: string }>();
      const now = new Date();
      const identities = [{ kind: 'email' as const, value: found?.email ?? '' }];
      const event = {
        id: nanoid(),
        kind: 'track' as const,
        name,
        identities,
        at: now,
        receivedAt: now,
        properties,
        context: {},
        value,
      };
      await engine.events.accept([{ ...event, source: 'test', bytes: 100 }]);
      await engine.events.idle();
    },
    /** Publishes a drawing as a journey of its own. */
    async publish(drawing: Drawing): Promise<string> {
      const { _id } = await createJourney(base.models, { name: 'Test', drawing, actor: 'test', sample: false });
      const publication = await engine.journeys.publish(_id, 'test');
      if (publication.kind !== 'published') throw new Error(JSON.stringify(publication));
      return _id;
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await engine.events.stop();
      engine.mailRoom.close();
      await Promise.all([temporal.close(), mailServer.close()]);
      await database.close();
    },
  };
}
export type TestEngine = Awaited<ReturnType<typeof openEngine>>;
