import { readLink } from '../channels/email/links.ts';

const HEADER = 'list-unsubscribe:';
const PATH = '/u/';

/** The delivery that a mail's own way out names, in a mail or its headers as somebody sent them back; null: none of ours. */
export function byUnsubscribeLink(secret: string, text: string): string | null {
  for (const line of text.replace(/\r?\n[ \t]+/g, '').split('\n')) {
    if (line.slice(0, HEADER.length).toLowerCase() !== HEADER) continue;
    for (const link of linksIn(line)) {
      const token = link.slice(link.lastIndexOf(PATH) + PATH.length);
      const payload = link.includes(PATH) ? readLink(secret, 'u', token) : null;
      if (payload) return payload.d;
    }
  }
  return null;
}

/** What stands in angle brackets; taken apart by hand, because a pattern takes for ever on brackets that never close. */
function linksIn(line: string): string[] {
  return line
    .split('<')
    .slice(1)
    .flatMap((part) => (part.includes('>') ? part.slice(0, part.indexOf('>')) : []));
}
