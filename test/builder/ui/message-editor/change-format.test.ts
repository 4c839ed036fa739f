import { expect, test } from 'vitest';
import { inFormat } from '../../../../builder/ui/message-editor/change-format.ts';
import { mjmlStart } from '../../../../builder/ui/message-editor/mjml-start.ts';

test('words written in Markdown are there in MJML, a text each paragraph, and come back', () => {
  const written = 'Hello {{ contact.firstName | default: "you" }}.\n\nYour code waits.';
  const mjml = inFormat(written, 'mjml');
  expect(mjml.match(/<mj-text[^>]*>[^<]+<\/mj-text>/g)).toHaveLength(2);
  expect(inFormat(mjml, 'markdown')).toBe(written);
});

test('MJML that was pasted before the format was chosen stays as it is', () => {
  const pasted = '<mjml><mj-body></mj-body></mjml>';
  expect(inFormat(pasted, 'mjml')).toBe(pasted);
});

test('nothing written yet becomes the beginning of the other format', () => {
  expect(inFormat('  ', 'mjml')).toBe(mjmlStart);
  expect(inFormat(mjmlStart, 'markdown')).toBe('');
});
