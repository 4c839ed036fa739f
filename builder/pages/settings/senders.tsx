import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconMailForward, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SenderRow } from '#shared/api/messages.ts';
import { useChange, useRead } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { SenderForm } from './sender-form.tsx';

/** Who mails come from, each with the postal address its footer carries. */
export function Senders() {
  const { t } = useTranslation();
  const reading = useRead('listSenders', {}, { everyMs: 10_000 });
  const [edited, setEdited] = useState<SenderRow | 'new' | null>(null);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {t('settings.senders.add')}
    </Button>
  );
  const rows = reading.data?.rows ?? [];
  return (
    <Section
      title={t('settings.senders.title')}
      about={t('settings.senders.about')}
      actions={rows.length > 0 ? add : null}
    >
      {reading.isError ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
      {reading.isPending ? <LoadingRows rows={2} /> : null}
      {reading.data && rows.length === 0 ? (
        <EmptyState
          Icon={IconMailForward}
          title={t('settings.senders.emptyTitle')}
          about={t('settings.senders.emptyAbout')}
        >
          {add}
        </EmptyState>
      ) : null}
      <Stack gap="lg">
        {rows.map((sender) => (
          <Stack key={sender.id} gap="xs">
            <SenderLine sender={sender} onEdit={() => setEdited(sender)} />
            <Halted sender={sender} />
          </Stack>
        ))}
      </Stack>
      {edited ? <SenderForm sender={edited === 'new' ? null : edited} onClose={() => setEdited(null)} /> : null}
    </Section>
  );
}

function SenderLine({ sender, onEdit }: { sender: SenderRow; onEdit: () => void }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const notify = useNotify();
  const deletion = useChange('deleteSender', ['listSenders']);
  const choice = useChange('makeDefaultSender', ['listSenders']);
  const params = { id: sender.id };
  const askToRemove = () =>
    confirm({
      title: t('settings.senders.removeTitle', { name: sender.name }),
      about: t('settings.senders.removeAbout'),
      confirm: t('common.remove'),
      danger: true,
      onConfirm: () => deletion.mutate({ params }, { onError: notify.failed }),
    });
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Group gap={8}>
          <Text fw={600}>{sender.name}</Text>
          {sender.isDefault ? <Badge>{t('settings.senders.default')}</Badge> : null}
        </Group>
        <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
          {sender.email}
          {sender.replyTo ? ` · ${t('settings.senders.repliesTo', { email: sender.replyTo })}` : null}
        </Text>
        <Text size="sm" className="quiet" style={{ whiteSpace: 'pre-line' }}>
          {sender.postalAddress}
        </Text>
        <Pace sender={sender} />
      </div>
      <Group gap={4}>
        {sender.isDefault ? null : (
          <Button size="xs" variant="subtle" onClick={() => choice.mutate({ params }, { onError: notify.failed })}>
            {t('settings.senders.makeDefault')}
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={onEdit}>
          {t('common.edit')}
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={askToRemove}>
          {t('common.remove')}
        </Button>
      </Group>
    </Group>
  );
}

/** How fast this sender may send, where it may not as fast as it goes. */
function Pace({ sender: { limits } }: { sender: SenderRow }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const says = (count: number) => t('settings.senders.pace', { count, mails: number(count) });
  const lines = [
    ...(limits.perSecond === null ? [] : [says(limits.perSecond)]),
    ...limits.domains.map(({ domain, perSecond }) => `${domain}: ${says(perSecond)}`),
  ];
  if (lines.length === 0) return null;
  return (
    <Text size="sm" className="quiet">
      {lines.join(' · ')}
    </Text>
  );
}

/** A server refused this sender by policy: what it said, and the way to go on. */
function Halted({ sender: { id, paused } }: { sender: SenderRow }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const notify = useNotify();
  const resumption = useChange('resumeSender', ['listSenders', 'getStatus']);
  if (!paused) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('settings.senders.paused')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('settings.senders.pausedAbout', { when: instant(paused.at) })}</Text>
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {paused.response}
        </Text>
        <Button
          size="xs"
          color="red.8"
          loading={resumption.isPending}
          onClick={() => resumption.mutate({ params: { id } }, { onError: notify.failed })}
        >
          {t('settings.senders.resume')}
        </Button>
      </Stack>
    </Alert>
  );
}
