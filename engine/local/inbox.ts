// The test inbox's own process: takes every mail that reaches it and keeps it in MongoDB for the builder to show.
import { connect } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createInboxServer } from '#engine/local/inbox-server.ts';
import { inboxMailModel } from '#engine/models/delivery.ts';
import { defineModel } from '#engine/models/model.ts';

const KEPT_MAILS = 20_000;

const config = readConfig();
if (config.MONGODB_URI === undefined) throw new Error('The inbox needs MONGODB_URI');
const connection = await connect(config.MONGODB_URI);
const inbox = defineModel(connection, inboxMailModel);
await inbox.createIndexes();

const server = createInboxServer({ inbox, kept: KEPT_MAILS });
server.on('error', (error) => console.error(`inbox: ${error.message}`));
server.listen(config.INBOX_PORT, config.INBOX_HOST, () => {
  console.log(`inbox listening on ${config.INBOX_HOST}:${config.INBOX_PORT}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => {
      void connection.close().then(() => process.exit(0));
    });
  });
}
