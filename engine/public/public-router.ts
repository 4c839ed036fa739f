import express, { type Request, type Response, type Router } from 'express';
import type { Base } from '../base.ts';
import { readLink } from '../channels/email/links.ts';
import type { Settings } from '../settings.ts';
import type { Track } from './track.ts';
import { type PageKind, unsubscribePage } from './unsubscribe-page.ts';

export type PublicDeps = {
  base: Pick<Base, 'log'>;
  settings: Settings;
  track: Track;
  unsubscribe: (delivery: string) => Promise<void>;
};

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
/** What an unsubscribe link of a test or preview says instead of a signed token. */
const PREVIEW = 'preview';

/** What mails point to: the open pixel, followed links, and the unsubscribe page. All by signed tokens, for anybody. */
export function publicRouter({ base, settings, track, unsubscribe }: PublicDeps): Router {
  const router = express.Router();

  router.get('/o/:token', async (request, response) => {
    const { linkSecret } = await settings.get();
    const payload = readLink(linkSecret, 'o', request.params.token.replace(/\.gif$/, ''));
    // Webmail shows a mail on a page of its own, which may load the pixel only when it is said to be for others.
    response
      .set({ 'Cache-Control': 'no-store', 'Cross-Origin-Resource-Policy': 'cross-origin' })
      .type('gif')
      .send(PIXEL);
    if (payload) await quietly(base, () => track.opened(payload.d));
  });

  router.get('/c/:token', async (request, response) => {
    const { linkSecret, company } = await settings.get();
    const payload = readLink(linkSecret, 'c', request.params.token);
    const target = payload?.l;
    if (!payload || target === undefined) return show(request, response, { kind: 'broken', company });
    // Whoever follows a link gets where they wanted, also when noting it fails.
    await quietly(base, () => track.clicked(payload.d, target));
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(302, target);
  });

  router.get('/u/:token', async (request, response) => {
    const { linkSecret, company } = await settings.get();
    const { token } = request.params;
    const kind = token === PREVIEW ? 'preview' : readLink(linkSecret, 'u', token) ? 'ask' : 'broken';
    show(request, response, { kind, company });
  });

  // By the page's button, or by a mail client's own (RFC 8058), which sends List-Unsubscribe=One-Click.
  router.post('/u/:token', async (request, response) => {
    const { linkSecret, company } = await settings.get();
    const { token } = request.params;
    const payload = readLink(linkSecret, 'u', token);
    if (!payload) return show(request, response, { kind: token === PREVIEW ? 'preview' : 'broken', company });
    await unsubscribe(payload.d);
    show(request, response, { kind: 'done', company });
  });

  return router;
}

function show(request: Request, response: Response, { kind, company }: { kind: PageKind; company: string }): void {
  const language = request.acceptsLanguages('en', 'zh-CN', 'zh') || 'en';
  response
    .status(kind === 'broken' ? 404 : 200)
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    })
    .type('html')
    .send(unsubscribePage(kind, { language: language.startsWith('zh') ? 'zh-CN' : 'en', company }));
}

async function quietly({ log }: Pick<Base, 'log'>, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    log.warn({ err: error }, 'An open or a click could not be noted.');
  }
}
