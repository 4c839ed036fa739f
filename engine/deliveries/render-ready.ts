import { renderMail } from '../channels/email/render.ts';
import type { Mail } from '../channels/email/smtp/outcome.ts';
import type { Ready } from './look.ts';
import { envelopeSender } from './return-paths.ts';

/** What of the workspace a message prints and is signed with. */
export type Workspace = { company: string; timeZone: string; linkSecret: string; publicUrl: string };

/** A letter as a mail; null when it cannot be rendered. Whatever goes wrong with one person's message is that person's. */
export function renderReady(ready: Ready, { company, timeZone, linkSecret, publicUrl }: Workspace): Mail | null {
  const { letter, contact, address, sender, journeyName } = ready;
  const { key, content, message, coupons, ask, run } = letter;
  try {
    const mail = renderMail({
      key,
      address,
      contact,
      sender,
      content,
      coupons,
      ask,
      company,
      publicUrl,
      subject: message.content.subject,
      zone: timeZone,
      journey: journeyName,
      step: run && { id: run.step, name: run.stepName },
      tracking: run && { secret: linkSecret, journeyId: run.journey, source: run.source },
    });
    return { ...mail, from: envelopeSender(ready, linkSecret) };
  } catch {
    return null;
  }
}
