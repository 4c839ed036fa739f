import { connect, createBase } from '#engine/base.ts';
import { childEnv, readConfig } from '#engine/config.ts';
import { createEngine } from '#engine/engine.ts';
import { createJourney } from '#engine/journeys/create-journey.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { connectTemporal } from '#engine/temporal/client.ts';
import type { Condition } from '#shared/condition.ts';
import type { Drawing } from '#shared/journey.ts';
import type { House } from './house.ts';

/** An engine beside a house's own processes, to prepare and to look; it carries nobody on. */
export async function openEngineBeside(
  { mongoUri, temporalAddress }: Pick<House, 'mongoUri' | 'temporalAddress'>,
  smtpUrl: string,
) {
  const settings = { TEMPORAL_ADDRESS: temporalAddress, SMTP_URL: smtpUrl, LOG_LEVEL: 'warn' };
  const config = readConfig(childEnv(settings));
  const [connection, client] = await Promise.all([connect(mongoUri), connectTemporal(config)]);
  const base = createBase({ config, connection });
  await buildIndexes(base.models);
  const engine = createEngine(base, client);
  const { models } = base;
  /** A journey of its own, not yet published. */
  const draw = async (name: string, drawing: Drawing): Promise<string> =>
    (await createJourney(models, { name, drawing, actor: 'bench', sample: false }))._id;
  return {
    ...engine,
    models,
    client,
    /** A sender with a postal address, without whom nothing is published to a real mail server. */
    async addSender(): Promise<void> {
      const sender = { name: 'Shop', email: 'hello@shop.example', replyTo: null, postalAddress: '1 Meadow Lane' };
      await models.senders.updateOne({ _id: 'sender' }, { $set: { ...sender, isDefault: true } }, { upsert: true });
    },
    async addSegment(id: string, condition: Condition): Promise<void> {
      const now = new Date();
      await models.segments.create({ _id: id, name: id, condition, createdAt: now, updatedAt: now, sample: false });
    },
    draw,
    /** Publishes a drawing as a journey of its own. */
    async publish(name: string, drawing: Drawing): Promise<string> {
      const _id = await draw(name, drawing);
      const publication = await engine.journeys.publish(_id, 'bench');
      if (publication.kind !== 'published') throw new Error(JSON.stringify(publication));
      return _id;
    },
    async close(): Promise<void> {
      engine.mailRoom.close();
      await client.connection.close();
      await connection.close();
    },
  };
}
export type EngineBeside = Awaited<ReturnType<typeof openEngineBeside>>;
