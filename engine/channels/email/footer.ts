/** The words of the footer that every message carries, in the message's own language. */
const words = {
  en: { why: 'You get this mail because you agreed to hear from {{ sender.name }}.', unsubscribe: 'Unsubscribe' },
  'zh-CN': { why: '您收到这封邮件，是因为您同意接收 {{ sender.name }} 的来信。', unsubscribe: '退订' },
};
export type Language = keyof typeof words;

/** What a body says of the footer's duties itself. */
export type Present = { unsubscribe: boolean; address: boolean };

/** Which of the footer's duties a body's text fulfils by its own merge tags. */
export function presentIn(body: string): Present {
  return { unsubscribe: /\{\{-?\s*unsubscribe\b/.test(body), address: /\{\{-?\s*sender\.postalAddress\b/.test(body) };
}

/** The footer as lines of HTML: postal address and a way out, unless the body has them. */
export function footerHtml(language: Language, present: Present): string {
  const { why, unsubscribe } = words[language];
  const lines = [
    ...(present.address ? [] : [`${why}<br>{{ sender.postalAddress }}`]),
    ...(present.unsubscribe
      ? []
      : [`<a href="{{ unsubscribe }}" style="color:#6b7280;text-decoration:underline">${unsubscribe}</a>`]),
  ];
  return lines.join('<br>');
}
