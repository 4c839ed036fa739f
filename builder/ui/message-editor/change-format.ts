import type { EmailContent } from '#shared/message.ts';
import { mjmlStart } from './mjml-start.ts';

type Format = EmailContent['format'];

/**
 * A body carried over into another format: its words stay, its layout cannot.
 * @param body what is written so far; a blank one, or an untouched skeleton, becomes the new format's beginning
 */
export function inFormat(body: string, format: Format): string {
  const isBlank = body.trim() === '' || body === mjmlStart;
  if (format === 'mjml') return isBlank ? mjmlStart : body.includes('<mjml') ? body : laidOut(body);
  return isBlank ? '' : wordsOf(body);
}

function laidOut(markdown: string): string {
  const paragraphs = markdown
    .trim()
    .split(/\n{2,}/)
    .map((words) => `        <mj-text font-size="15px" line-height="1.6">${words}</mj-text>`);
  return `<mjml>
  <mj-body background-color="#f5f6f3">
    <mj-section background-color="#ffffff" padding="24px">
      <mj-column>
${paragraphs.join('\n')}
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
}

function wordsOf(mjml: string): string {
  return mjml
    .replaceAll(/<[^>]*>/g, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n\n');
}
