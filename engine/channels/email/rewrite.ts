/** Rewrites where the links of an HTML mail lead. Whatever a mail has no business linking to leads nowhere. */
export function rewriteHtmlLinks(html: string, rewrite: (url: string) => string): string {
  return html.replace(ANCHOR, (whole, before: string, quoted: string) => {
    const url = decode(quoted.slice(1, -1)).trim();
    if (/^https?:\/\//i.test(url)) return `${before}"${encode(rewrite(url))}"`;
    return /^(mailto:|tel:|sms:|#)/i.test(url) ? whole : `${before}"#"`;
  });
}

/** Rewrites the addresses in a text part. */
export function rewriteTextLinks(text: string, rewrite: (url: string) => string): string {
  return text.replace(ADDRESS, (found) => {
    const url = found.replace(/[.,;:!?]+$/, '');
    return rewrite(url) + found.slice(url.length);
  });
}

const ANCHOR = /(<(?:a|area|v:[a-z]+)\s(?:[^>"']|"[^"]*"|'[^']*')*?\bhref\s*=\s*)("[^"]*"|'[^']*')/gi;
const ADDRESS = /https?:\/\/[^\s<>"'()[\]，。；：！？、）】]+/gi;

/** Most links lead everybody to the same place, and taking an address apart is dear. */
const known = new Map<string, string | null>();
const MOST_KNOWN = 1_000;

/** A link with those campaign parameters that it does not name itself; null where it is no address. */
export function withCampaign(url: string, campaign: Readonly<Record<string, string>>): string | null {
  const asked = JSON.stringify([url, campaign]);
  let target = known.get(asked);
  if (target === undefined) {
    if (known.size === MOST_KNOWN) known.clear();
    target = addCampaign(url, campaign);
    known.set(asked, target);
  }
  return target;
}

function addCampaign(url: string, campaign: Readonly<Record<string, string>>): string | null {
  if (!URL.canParse(url)) return null;
  const address = new URL(url);
  for (const [name, value] of Object.entries(campaign))
    if (value !== '' && !address.searchParams.has(name)) address.searchParams.set(name, value);
  return address.href;
}

/** A name as it reads in a campaign parameter. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function encode(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
