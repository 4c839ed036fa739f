import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { nanoid } from 'nanoid';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '#shared/message.ts';
import { useChange } from '../../api.ts';
import { useNotify } from '../error-text.ts';

type Props = { step: string; message: Message; contact: string | null; onClose(): void };

/** Sends the message once to an address of one's own. */
export function TestSend({ step, message, contact, onClose }: Props) {
  const { t } = useTranslation();
  const { id: journey } = useParams({ strict: false });
  const notify = useNotify();
  const send = useChange('sendTest');
  const [to, setTo] = useState('');
  // A message keeps its request's id while it is tried again, so that an impatient second click sends nothing twice.
  const request = useMemo(() => ({ content: message.content, id: nanoid() }), [message.content]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { content: request.content, contact, sender: message.sender, to, request: request.id, step };
    send.mutate(
      { body: { ...body, ...(journey ? { journey } : {}) } },
      {
        onSuccess: ({ state, reason }) => {
          if (state === 'sent') {
            notify.done(t('message.testSent', { to }));
            onClose();
          } else notify.failed(new Error(t('message.testNotSent', { reason: reason ?? state })));
        },
        onError: notify.failed,
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('message.testSend')}
      zIndex={350}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('message.testAbout')}
          </Text>
          <TextInput
            type="email"
            required
            label={t('message.testTo')}
            value={to}
            data-autofocus
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
          <Button type="submit" loading={send.isPending}>
            {t('message.send')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
