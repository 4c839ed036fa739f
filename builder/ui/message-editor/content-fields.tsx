import { Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type RefObject, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { EmailContent } from '#shared/message.ts';
import { Field } from '../field.tsx';
import { inFormat } from './change-format.ts';
import { MergeTagMenu } from './merge-tag-menu.tsx';

type Props = { value: EmailContent; rows: number; onChange(value: EmailContent): void };

/** Subject, preheader, format and body; each can take a merge tag where the cursor stands. */
export function ContentFields({ value, rows, onChange }: Props) {
  const { t } = useTranslation();
  const subject = useRef<HTMLInputElement>(null);
  const preheader = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTextAreaElement>(null);
  const bodyId = useId();
  // Whoever only looked at the other format finds what they had when they come back.
  const left = useRef<{ body: string; became: string | null }>({ body: '', became: null });
  const changeFormat = (format: EmailContent['format']) => {
    const body = value.body === left.current.became ? left.current.body : inFormat(value.body, format);
    left.current = { body: value.body, became: body };
    onChange({ ...value, format, body });
  };
  return (
    <Stack gap="sm">
      <Field path="message.content.subject">
        {(error) => (
          <TextInput
            ref={subject}
            label={t('message.subject')}
            value={value.subject}
            error={error}
            rightSection={
              <MergeTagMenu
                label={t('message.insertIntoSubject')}
                onPick={(tag) => insertAt(subject, tag, (text) => onChange({ ...value, subject: text }))}
              />
            }
            onChange={({ currentTarget }) => onChange({ ...value, subject: currentTarget.value })}
          />
        )}
      </Field>
      <Field path="message.content.preheader">
        {(error) => (
          <TextInput
            ref={preheader}
            label={t('message.preheader')}
            placeholder={t('message.preheaderHint')}
            value={value.preheader}
            error={error}
            rightSection={
              <MergeTagMenu
                label={t('message.insertIntoPreheader')}
                onPick={(tag) => insertAt(preheader, tag, (text) => onChange({ ...value, preheader: text }))}
              />
            }
            onChange={({ currentTarget }) => onChange({ ...value, preheader: currentTarget.value })}
          />
        )}
      </Field>
      <Field path="message.content.body">
        {(error) => (
          <Stack gap={4}>
            <Group justify="space-between" wrap="nowrap">
              <Text component="label" htmlFor={bodyId} size="sm" fw={500}>
                {t('message.body')}
              </Text>
              <Group gap={6} wrap="nowrap">
                <SegmentedControl
                  size="xs"
                  aria-label={t('message.format')}
                  data={[
                    { value: 'markdown', label: 'Markdown' },
                    { value: 'mjml', label: 'MJML' },
                  ]}
                  value={value.format}
                  onChange={changeFormat}
                />
                <MergeTagMenu
                  label={t('message.insertIntoBody')}
                  onPick={(tag) => insertAt(body, tag, (text) => onChange({ ...value, body: text }))}
                />
              </Group>
            </Group>
            <Textarea
              id={bodyId}
              ref={body}
              value={value.body}
              error={error}
              autosize
              minRows={rows}
              maxRows={rows * 3}
              spellCheck
              placeholder={t('message.bodyHint')}
              styles={{
                input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5, lineHeight: 1.55 },
              }}
              onChange={({ currentTarget }) => onChange({ ...value, body: currentTarget.value })}
            />
          </Stack>
        )}
      </Field>
    </Stack>
  );
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function insertAt(field: RefObject<TextField | null>, tag: string, change: (text: string) => void): void {
  const input = field.current;
  if (!input) return;
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  change(input.value.slice(0, start) + tag + input.value.slice(end));
  requestAnimationFrame(() => {
    input.focus();
    input.setSelectionRange(start + tag.length, start + tag.length);
  });
}
