import { footerHtml, type Language, type Present } from './footer.ts';

const FONT =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',Helvetica,Arial,sans-serif";

/** How the elements of Markdown look; mail clients read styles only where they are used. */
const styles: Record<string, string> = {
  h1: 'margin:0 0 20px;font-size:28px;line-height:1.25;font-weight:700;color:#111827',
  h2: 'margin:32px 0 12px;font-size:21px;line-height:1.3;font-weight:700;color:#111827',
  h3: 'margin:28px 0 8px;font-size:17px;line-height:1.4;font-weight:700;color:#111827',
  p: 'margin:0 0 16px',
  ul: 'margin:0 0 16px;padding-left:24px',
  ol: 'margin:0 0 16px;padding-left:24px',
  li: 'margin:0 0 6px',
  a: 'color:#2f6f4f;text-decoration:underline',
  blockquote: 'margin:0 0 16px;padding:4px 0 4px 16px;border-left:3px solid #d1d5db;color:#4b5563',
  hr: 'border:0;border-top:1px solid #e5e7eb;margin:28px 0',
  img: 'max-width:100%;height:auto;border:0;border-radius:6px',
  code: 'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:1.05em;background:#f3f4f6;padding:3px 8px;border-radius:4px;letter-spacing:.03em',
  pre: 'margin:0 0 16px;padding:16px;background:#f3f4f6;border-radius:6px;overflow:auto',
};

const BUTTON =
  'display:inline-block;padding:13px 28px;background:#2f6f4f;color:#ffffff;border-radius:8px;font-weight:600;text-decoration:none';

/** Puts the HTML of a Markdown body into a quiet, responsive letter with a footer. */
export function layOut({
  body,
  preheader,
  language,
  present,
}: {
  body: string;
  preheader: string;
  language: Language;
  present: Present;
}): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<style>@media (max-width:600px){.sheet{padding:28px 20px!important;border-radius:0!important}.page{padding:0!important}}</style>
</head>
<body style="margin:0;background:#f4f5f3;-webkit-text-size-adjust:100%">
${hiddenPreheader(preheader)}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td class="page" align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="sheet" style="background:#ffffff;border-radius:12px;padding:40px;font:16px/1.6 ${FONT};color:#1f2937;text-align:left">
${styled(body)}
</td></tr>
<tr><td class="footer" align="center" style="padding:24px 20px;font:13px/1.6 ${FONT};color:#6b7280">
${footerHtml(language, present)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

/** The line that inboxes show after the subject, and nobody sees in the mail. */
export function hiddenPreheader(preheader: string): string {
  if (preheader.trim() === '') return '';
  return `<div class="preheader" style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader}</div>`;
}

function styled(body: string): string {
  const buttons = body.replace(
    /<p>\s*<a href="([^"]*)">([^<]*)<\/a>\s*<\/p>/g,
    `<p style="margin:24px 0"><a href="$1" style="${BUTTON}">$2</a></p>`,
  );
  return buttons.replace(
    /<(h1|h2|h3|p|ul|ol|li|a|blockquote|hr|img|code|pre)(?=[\s/>])([^>]*)>/g,
    (whole, tag: string, rest: string) =>
      rest.includes('style=') ? whole : `<${tag} style="${styles[tag] ?? ''}"${rest}>`,
  );
}
