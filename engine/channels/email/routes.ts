import { type Config, inboxUrl, smtpUrl } from '../../config.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import { patience as usual, type Patience } from './smtp/connection.ts';
import { createPool, type Pool } from './smtp/pool.ts';

/** Connections of one process to the built-in inbox, and to a mail server that does not say how many it likes. */
const INBOX_CONNECTIONS = 24;
const OUTER_CONNECTIONS = 8;

/** Mail servers by whom they may reach. */
export interface Routes {
  /** The server that mails of people on this clock go through: only real people's ever leave the house. */
  of(clock: string): { pool: Pool; outside: boolean };
  close(): void;
}

/** Opens the routes: real people by SMTP_URL where it is set, everyone else always to the built-in inbox. */
export function createRoutes(config: Config, patience: Patience = usual): Routes {
  const inbox = createPool({ url: inboxUrl(config), size: INBOX_CONNECTIONS, patience });
  const outer = config.SMTP_URL
    ? createPool({ url: smtpUrl(config), size: connectionsOf(config.SMTP_URL), patience })
    : null;
  return {
    of: (clock) => (outer && clock === REAL_CLOCK ? { pool: outer, outside: true } : { pool: inbox, outside: false }),
    close() {
      inbox.close();
      outer?.close();
    },
  };
}

/** `smtp://host?maxConnections=4` keeps to what a provider allows. */
function connectionsOf(url: string): number {
  const asked = Number(new URL(url).searchParams.get('maxConnections'));
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, 100) : OUTER_CONNECTIONS;
}
