import { REAL_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { Journey } from '#shared/journey.ts';
import { type EmailContent, emptyMessage } from '#shared/message.ts';
import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { actorName } from '../changes.ts';
import { compileContent } from '../channels/email/compile-content.ts';
import { type Rendering, renderPage } from '../channels/email/render.ts';
import type { SendLetters } from '../deliveries/send-letters.ts';
import { exampleContact, exampleOf } from '../deliveries/example.ts';
import { houseSender } from '../deliveries/look.ts';
import { publicUrl } from '../public-url.ts';
import type { Settings } from '../settings.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem, notFound } from './problem.ts';

type MessageDeps = { base: Base; settings: Settings; mailRoom: { sendLetters: SendLetters } };
type Asked = {
  content: EmailContent;
  contact: string | null;
  sender: string | null;
  journey?: string | undefined;
  step?: string | undefined;
};

/** A message looked at before anyone gets it: as a page, or as one mail to an address of the owner's. */
export function messageHandlers({ base, settings, mailRoom }: MessageDeps): Handlers<'previewMessage' | 'sendTest'> {
  const gather = (asked: Asked) => gatherFor({ base, settings }, asked);

  return {
    async previewMessage({ body }) {
      const { rendering, compiled } = await gather(body);
      const { problems } = compiled;
      const blank = { subject: body.content.subject, preheader: body.content.preheader, html: '', text: '', problems };
      if (problems.some(({ message }) => message !== '') && compiled.html === '') return blank;
      try {
        const { subject, html, text } = renderPage(rendering);
        const preheader = renderPage({ ...rendering, subject: body.content.preheader }).subject;
        return { subject, preheader, html, text, problems };
      } catch (error) {
        const message = error instanceof Error ? error.message : 'The message cannot be rendered.';
        return { ...blank, problems: problems.length > 0 ? problems : [{ field: 'body', message }] };
      }
    },

    async sendTest({ body, actor }) {
      const { compiled, example, person, reader, at } = await gather(body);
      if (compiled.problems.length > 0)
        throw new ApiProblem(
          400,
          'This message cannot be sent yet.',
          compiled.problems.map(({ field, message }) => ({ path: `content.${field}`, message })),
        );
      const key = `test:${body.request}`;
      const letter = {
        key,
        contact: reader,
        example: person === null ? reader : null,
        to: body.to,
        message: { ...emptyMessage, sender: body.sender, content: body.content },
        content: compiled,
        at,
        coupons: example.coupons,
        ask: example.ask,
        run: null,
        resendOf: null,
        actor: actorName(actor),
      };
      const results = await mailRoom.sendLetters({ letters: [letter], token: key });
      const result = results.get(key);
      if (result?.kind === 'settled') return { state: result.state, reason: result.reason };
      if (result?.kind === 'failed') return { state: 'failed', reason: result.code };
      return { state: 'deferred', reason: null };
    },
  };
}

/** Everything a message prints, for the contact chosen or one made up. */
async function gatherFor(
  { base, settings }: Pick<MessageDeps, 'base' | 'settings'>,
  { content, contact, sender, journey, step }: Asked,
) {
  const { models, clocks, config } = base;
  const [person, from, drawn, workspace, compiled] = await Promise.all([
    contact === null ? null : models.contacts.findById(contact).lean<Contact>(),
    models.senders.findOne(sender === null ? { isDefault: true } : { _id: sender }).lean<Sender>(),
    journey === undefined ? null : models.journeys.findById(journey).lean<Journey>(),
    settings.get(),
    compileContent(content),
  ]);
  if (contact !== null && !person) throw notFound('contact');
  const at = await clocks.now(person?.clock ?? REAL_CLOCK);
  const example = exampleOf(drawn, step, at);
  const reader = person ?? exampleContact(at);
  const rendering: Rendering = {
    ...example,
    key: 'preview',
    address: reader.email ?? '',
    contact: reader,
    sender: from ?? houseSender(workspace.company),
    company: workspace.company,
    zone: workspace.timeZone,
    subject: content.subject,
    content: compiled,
    publicUrl: publicUrl(config),
    tracking: null,
  };
  return { rendering, compiled, example, person, reader, at };
}
