import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { nanoid } from 'nanoid';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '#shared/message.ts';
import { useChange } from '../../api.ts';
import { useNotify } from '../error-text.ts';

type Props = { opened: boolean; step: string; message: Message; contact: string | null; onClose(): void };

/** Sends the message once to an address of one's own. */
export function TestSend({ opened, step, message, contact, onClose }: Props) {
  const { t } = useTranslation();
  const { id: journey } = useParams({ strict: false });
  const notify = useNotify();
  const send = useChange('sendTest');
  const [to, setTo] = useState('');
  const [request, setRequest] = useState(() => nanoid());
  // A request keeps its id while it is tried again, so that an impatient second click sends nothing twice.
  useEffect(() => {
    if (opened) setRequest(nanoid());
  }, [opened, message.content]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { content: message.content, contact, sender: message.sender, to, request, step };
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
    <Modal opened={opened} onClose={onClose} title={t('message.testSend')} zIndex={350}>
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
