import { convert } from 'html-to-text';
import { marked } from 'marked';
import type { EmailContent } from '#shared/message.ts';
import { cleanHtml, stripActive } from './clean-html.ts';
import { footerHtml, presentIn } from './footer.ts';
import { hiddenPreheader, layOut } from './layout.ts';
import { templateProblem } from './liquid.ts';
import { shieldLiquid } from './placeholders.ts';
import { languageOf } from './render.ts';

/** A message as it is stored with a plan, still with its merge tags; `problems` by field of the content. */
export type Compiled = { html: string; text: string; problems: { field: keyof EmailContent; message: string }[] };

/** Compiles a message once, when it is saved or published: Markdown or MJML into HTML and text, merge tags left in. */
export async function compileContent(content: EmailContent): Promise<Compiled> {
  const problems: Compiled['problems'] = [];
  for (const field of ['subject', 'preheader', 'body'] as const) {
    const message = templateProblem(content[field]);
    if (message !== null) problems.push({ field, message });
  }
  const { html, problem } = content.format === 'mjml' ? await fromMjml(content) : await fromMarkdown(content);
  if (problem !== null) problems.push({ field: 'body', message: problem });
  return { html, text: textOf(html), problems };
}

type Half = { html: string; problem: string | null };

async function fromMarkdown({ body, preheader }: EmailContent): Promise<Half> {
  const { text, restore } = shieldLiquid(body);
  const written = await marked.parse(text, { gfm: true, breaks: true });
  const preview = shieldLiquid(preheader);
  const html = layOut({
    body: restore(cleanHtml(written)),
    preheader: preview.restore(escapeHtml(preview.text)),
    language: languageOf(body),
    present: presentIn(body),
  });
  return { html, problem: null };
}

async function fromMjml({ body, preheader }: EmailContent): Promise<Half> {
  const present = presentIn(body);
  const footer = present.unsubscribe && present.address ? '' : mjmlFooter(footerHtml(languageOf(body), present));
  const { text, restore } = shieldLiquid(body.replace(/<\/mj-body>(?![\s\S]*<\/mj-body>)/, `${footer}</mj-body>`));
  try {
    // Loaded when first needed: it takes 80 MB, and workers only send what is compiled.
    const { default: mjml2html } = await import('mjml');
    const { html, errors } = await mjml2html(text, { validationLevel: 'soft', ignoreIncludes: true, fonts: {} });
    const active = stripActive(html);
    const preview = shieldLiquid(preheader);
    const hidden = hiddenPreheader(preview.restore(escapeHtml(preview.text)));
    const complete = restore(active.html).replace(/<body[^>]*>/, (opening) => opening + hidden);
    const [wrong] = errors;
    const first = wrong ? `Line ${wrong.line} (${wrong.tagName}): ${wrong.message}` : null;
    return {
      html: complete,
      problem: first ?? (active.stripped ? 'Scripts, forms and frames do not work in mails.' : null),
    };
  } catch (error) {
    return { html: '', problem: error instanceof Error ? error.message : 'The MJML cannot be read.' };
  }
}

function mjmlFooter(html: string): string {
  return `<mj-section padding="16px"><mj-column><mj-text css-class="footer" align="center" font-size="13px" line-height="1.6" color="#6b7280">${html}</mj-text></mj-column></mj-section>`;
}

/** The text part, from the HTML itself, so that both say the same. */
function textOf(html: string): string {
  const { text, restore } = shieldLiquid(html);
  const read = convert(text, {
    wordwrap: false,
    selectors: [
      { selector: '.preheader', format: 'skip' },
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
      ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  return restore(read);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
