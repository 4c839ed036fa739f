import { signLink } from './links.ts';
import { fill } from './liquid.ts';
import { mergeContext, type MergeSource } from './merge.ts';
import { composeMime } from './mime.ts';
import { rewriteHtmlLinks, rewriteTextLinks, slug, withCampaign } from './rewrite.ts';
import type { Mail } from './smtp/outcome.ts';

/** A message with everything that is printed in it. */
export type Rendering = Omit<MergeSource, 'unsubscribe' | 'language'> & {
  key: string;
  address: string;
  subject: string;
  content: { html: string; text: string };
  /** Where public pages live, without a slash at the end. */
  publicUrl: string;
  /** Null for a test send or preview, which nobody tracks and which unsubscribes nobody. */
  tracking: { secret: string; journeyId: string; source: string } | null;
};

/** What a person reads. */
export type Page = { subject: string; html: string; text: string; unsubscribe: string };

/**
 * Renders a message for one person, links tracked and signed.
 * @throws TemplateFault when the template is at fault
 */
export function renderPage(rendering: Rendering): Page {
  const { key, content, subject, publicUrl, tracking, journey, step } = rendering;
  const unsubscribe = `${publicUrl}/u/${tracking ? signLink(tracking.secret, 'u', { d: key }) : 'preview'}`;
  const language = languageOf(content.text);
  const context = mergeContext({ ...rendering, language, unsubscribe });
  const html = fill('html', content.html, context);
  const text = fill('text', content.text, context);
  const page = { subject: fill('text', subject, context), unsubscribe };
  const campaign = {
    utm_source: tracking?.source ?? '',
    utm_medium: tracking ? 'email' : '',
    utm_campaign: tracking ? slug(journey) : '',
    utm_content: tracking ? (step?.id ?? '') : '',
  };
  const trackedOnce = (url: string): string => {
    if (!tracking || url.startsWith(`${publicUrl}/`)) return url;
    const target = withCampaign(url, campaign);
    if (target === null) return url;
    return `${publicUrl}/c/${signLink(tracking.secret, 'c', { d: key, l: target })}`;
  };
  // HTML and text lead to the same places, and signing is dear.
  const links = new Map<string, string>();
  const tracked = (url: string): string => {
    const link = links.get(url) ?? trackedOnce(url);
    links.set(url, link);
    return link;
  };
  const pixel = tracking
    ? `<img src="${publicUrl}/o/${signLink(tracking.secret, 'o', { d: key })}.gif" width="1" height="1" alt="" style="display:block;border:0">`
    : '';
  return { ...page, html: withPixel(rewriteHtmlLinks(html, tracked), pixel), text: rewriteTextLinks(text, tracked) };
}

/** Renders a message into the mail that goes over the wire. */
export function renderMail(rendering: Rendering): Mail {
  const { key, sender, contact, address, tracking, journey, step } = rendering;
  const { subject, html, text, unsubscribe } = renderPage(rendering);
  const domain = sender.email.slice(sender.email.lastIndexOf('@') + 1);
  const bytes = composeMime({
    key,
    from: sender,
    replyTo: sender.replyTo,
    to: { name: contact.name === contact.email ? '' : contact.name, email: address },
    subject,
    headers: tracking
      ? {
          'List-Unsubscribe': `<${unsubscribe}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          'List-Id': `${asciiPhrase(journey)}<${tracking.journeyId.toLowerCase()}.${domain}>`,
          'Feedback-ID': `${step?.id ?? 'test'}:${tracking.journeyId}:email:pasture`,
        }
      : {},
    html,
    text,
  });
  return { from: sender.email, to: address, bytes };
}

function withPixel(html: string, pixel: string): string {
  const end = html.lastIndexOf('</body>');
  return end === -1 ? html + pixel : html.slice(0, end) + pixel + html.slice(end);
}

/** A list's name where it is plain letters; others are told by the id alone. */
function asciiPhrase(name: string): string {
  return /^[A-Za-z0-9 .-]{1,80}$/.test(name) ? `"${name}" ` : '';
}

/** The language dates are printed in: the message's own. */
export function languageOf(text: string): 'zh-CN' | 'en' {
  return /[\u4e00-\u9fff]/.test(text) ? 'zh-CN' : 'en';
}
