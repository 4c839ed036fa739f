import type { MailRow } from '#shared/api/messages.ts';
import { safeMailHtml } from '../channels/email/safe-html.ts';
import type { Base } from '../base.ts';
import type { InboxMail } from '../models/delivery.ts';
import { publicUrl } from '../public-url.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem, notFound } from './problem.ts';

const listed = { receivedAt: 1, from: 1, to: 1, subject: 1 };

/** The mails that the built-in inbox received. */
export function inboxHandlers({ models, config }: Pick<Base, 'models' | 'config'>): Handlers<'listInbox' | 'getMail'> {
  const { inbox } = models;
  return {
    async listInbox({ query: { limit, cursor, search } }) {
      const wanted = search?.trim() ? searchOf(search.trim()) : {};
      const after = cursor === undefined ? {} : olderThan(cursor);
      const [mails, total] = await Promise.all([
        inbox
          .find({ $and: [wanted, after] }, listed)
          .sort({ receivedAt: -1, _id: -1 })
          .limit(limit + 1)
          .lean<InboxMail[]>(),
        inbox.countDocuments(wanted),
      ]);
      const rows = mails.slice(0, limit);
      const last = rows.at(-1);
      const next = mails.length > limit && last ? `${last.receivedAt.toISOString()} ${last._id}` : null;
      return { rows: rows.map(rowOf), cursor: next, total };
    },
    async getMail({ params }) {
      const mail = await inbox.findById(params['id'] ?? '').lean<InboxMail>();
      if (!mail) throw notFound('mail');
      const { html, text, headers } = mail;
      return { ...rowOf(mail), html: safeMailHtml(html, publicUrl(config)), text, headers };
    },
  };
}

function rowOf({ _id, receivedAt, from, to, subject }: InboxMail): MailRow {
  return { id: _id, receivedAt: receivedAt.toISOString(), from, to, subject };
}

/** Mails whose subject, sender or recipient holds these words. */
function searchOf(words: string): Record<string, unknown> {
  const pattern = { $regex: words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
  return { $or: [{ subject: pattern }, { to: pattern }, { from: pattern }] };
}

function olderThan(cursor: string): Record<string, unknown> {
  const [instant = '', id = ''] = cursor.split(' ');
  const receivedAt = new Date(instant);
  if (Number.isNaN(receivedAt.getTime()))
    throw new ApiProblem(400, 'The cursor is not one this list gave.', [{ path: 'cursor', message: 'Leave it out.' }]);
  return { $or: [{ receivedAt: { $lt: receivedAt } }, { receivedAt, _id: { $lt: id } }] };
}
