import sanitizeHtml from 'sanitize-html';

/** A received mail's HTML for a sandboxed frame: no scripts or forms, and nothing is fetched but from our own host. */
export function safeMailHtml(html: string, publicUrl: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...sanitizeHtml.defaults.allowedTags,
      'img',
      'html',
      'head',
      'body',
      'style',
      'center',
      'font',
      'title',
    ],
    // Styles cannot run anything here: the frame is sandboxed, and what they could fetch is taken out below.
    allowVulnerableTags: true,
    allowedAttributes: {
      '*': ['style', 'class', 'align', 'valign', 'width', 'height', 'bgcolor', 'dir', 'lang', 'role', 'title'],
      a: ['href', 'target', 'rel'],
      img: ['src', 'alt', 'border'],
      table: ['border', 'cellpadding', 'cellspacing'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
      font: ['color', 'face', 'size'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    transformTags: {
      '*': (tagName, attribs) => ({ tagName, attribs: withoutFetches(attribs) }),
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...withoutFetches(attribs), target: '_blank', rel: 'noopener noreferrer' },
      }),
    },
    exclusiveFilter: ({ tag, attribs }) =>
      tag === 'img' && !(attribs['src']?.startsWith('data:image/') || attribs['src']?.startsWith(`${publicUrl}/`)),
    textFilter: (text) => text,
  }).replace(
    /<style([^>]*)>([\s\S]*?)<\/style>/gi,
    (_, attributes: string, css: string) => `<style${attributes}>${quiet(css)}</style>`,
  );
}

function withoutFetches(attribs: Record<string, string>): Record<string, string> {
  return attribs['style'] === undefined ? attribs : { ...attribs, style: quiet(attribs['style']) };
}

function quiet(css: string): string {
  return css
    .replace(/\\/g, '')
    .replace(/@import[^;]*;?/gi, '')
    .replace(/(url|image-set|src)\s*\([^)]*\)?/gi, 'none');
}
