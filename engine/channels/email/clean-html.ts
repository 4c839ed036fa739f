import sanitizeHtml from 'sanitize-html';

const TAGS = [
  ...sanitizeHtml.defaults.allowedTags,
  'img',
  'h1',
  'h2',
  'center',
  'font',
  'del',
  'ins',
  'figure',
  'figcaption',
];

const options: sanitizeHtml.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: {
    '*': ['style', 'align', 'valign', 'width', 'height', 'bgcolor', 'title', 'dir', 'lang', 'class'],
    a: ['href', 'name', 'target'],
    img: ['src', 'alt', 'border'],
    table: ['border', 'cellpadding', 'cellspacing', 'role'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    font: ['color', 'face', 'size'],
    ol: ['start'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel', 'sms'],
  allowedSchemesByTag: { img: ['http', 'https', 'data', 'cid'] },
  // Merge tags stand in addresses as plain words while this runs, which read as relative ones.
  allowProtocolRelative: false,
};

/** HTML an owner wrote into a message, without anything a mail has no business doing. */
export function cleanHtml(html: string): string {
  return sanitizeHtml(html, options);
}

/** What would run or load in a whole document that MJML made, where comments for Outlook must survive. */
const ACTIVE = [
  /<(script|iframe|object|embed|applet|form|base)\b[^>]*>[\s\S]*?<\/\1\s*>/gi,
  /<\/?(script|iframe|object|embed|applet|form|base)\b[^>]*>/gi,
  /<meta[^>]+http-equiv=["']?refresh[^>]*>/gi,
];
const HANDLERS = /(<[a-z][^>]*?)\s+on[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;

/** Takes scripts, frames, forms and event handlers out of a compiled document; answers whether there were any. */
export function stripActive(html: string): { html: string; stripped: boolean } {
  let clean = ACTIVE.reduce((left, active) => left.replace(active, ''), html);
  for (let before = ''; before !== clean;) {
    before = clean;
    clean = clean.replace(HANDLERS, '$1');
  }
  return { html: clean, stripped: clean !== html };
}
