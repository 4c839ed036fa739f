import { type Config, inboxUrl, smtpUrl } from '../../config.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import { patience as usual, type Patience } from './smtp/connection.ts';
import { createPool, type Pool } from './smtp/pool.ts';

/** Connections of one process to the built-in inbox, and to a mail server that does not say how many it likes. */
const INBOX_CONNECTIONS = 24;
const OUTER_CONNECTIONS = 24;

export type Route = { pool: Pool; host: string; outside: boolean };

/** Mail servers by whom they may reach. */
export interface Routes {
  /** The server that mails of people on this clock go through, by its host: only real people's ever leave the house. */
  of(clock: string): Route;
  close(): void;
}

/** Opens the routes: real people by SMTP_URL where it is set, everyone else always to the built-in inbox. */
export function createRoutes(config: Config, patience: Patience = usual): Routes {
  const open = (url: string, size: number) => ({
    pool: createPool({ url, size, patience }),
    host: new URL(url).host,
  });
  const inbox = { ...open(inboxUrl(config), INBOX_CONNECTIONS), outside: false };
  const outer = config.SMTP_URL ? { ...open(smtpUrl(config), connectionsOf(config.SMTP_URL)), outside: true } : null;
  return {
    of: (clock) => (outer && clock === REAL_CLOCK ? outer : inbox),
    close() {
      inbox.pool.close();
      outer?.pool.close();
    },
  };
}

/** `smtp://host?maxConnections=4` keeps to what a provider allows. */
function connectionsOf(url: string): number {
  const asked = Number(new URL(url).searchParams.get('maxConnections'));
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, 100) : OUTER_CONNECTIONS;
}
