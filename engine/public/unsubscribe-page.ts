const words = {
  en: {
    title: 'Unsubscribe',
    ask: 'Do you want to stop getting mails from us?',
    button: 'Yes, unsubscribe me',
    done: 'You are unsubscribed. We will not write to you any more.',
    preview: 'This link came with a test message, so there is nobody to unsubscribe.',
    broken: 'This link is incomplete or no longer valid.',
  },
  'zh-CN': {
    title: '退订',
    ask: '您确定不再接收我们的邮件吗？',
    button: '是的，退订',
    done: '您已退订，我们不会再给您发送邮件。',
    preview: '这个链接来自一封测试邮件，不会退订任何人。',
    broken: '这个链接不完整或已失效。',
  },
};
export type PageLanguage = keyof typeof words;
export type PageKind = 'ask' | 'done' | 'preview' | 'broken';

/** The page behind a mail's unsubscribe link. Seeing it changes nothing; only its button does. */
export function unsubscribePage(
  kind: PageKind,
  { language, company }: { language: PageLanguage; company: string },
): string {
  const { title, button, ...sentences } = words[language];
  const form = kind === 'ask' ? `<form method="post"><button type="submit">${button}</button></form>` : '';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f5f3;color:#1f2937;font:17px/1.6 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif}
main{max-width:420px;margin:24px;padding:40px;background:#fff;border-radius:16px;text-align:center}
h1{margin:0 0 12px;font-size:15px;font-weight:600;color:#6b7280}
p{margin:0}
button{margin-top:24px;padding:13px 28px;border:0;border-radius:8px;background:#2f6f4f;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid #9ac7ad;outline-offset:2px}
</style>
</head>
<body><main><h1>${escapeHtml(company || title)}</h1><p>${sentences[kind]}</p>${form}</main></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
