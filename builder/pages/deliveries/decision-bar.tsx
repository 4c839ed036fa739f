import { Anchor, Button, Group, Paper, Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Chosen, DeliveryRow, Resent } from '#shared/api/deliveries.ts';
import { useChange } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { mayBeDecided } from './may-be-decided.ts';

type Bar = { rows: readonly DeliveryRow[]; total: number; ids: readonly string[]; onDone: () => void };

/** What somebody may decide about the chosen deliveries: they arrived, they did not, or send them again. */
export function DecisionBar({ rows, total, ids, onDone }: Bar) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { state, journey } = useSearch({ from: '/deliveries' });
  const [all, setAll] = useState(false);
  const isWhole = all && ids.length > 0 && state === 'unknown';
  const chosen: Chosen = isWhole
    ? { kind: 'unknown', ...(journey === undefined ? {} : { journey }) }
    : { kind: 'these', ids: [...ids] };
  const count = isWhole ? total : ids.length;
  const decisions = useDecisions(chosen, count, () => {
    setAll(false);
    onDone();
  });
  const decidable = rows.filter(mayBeDecided);
  if (decidable.length === 0) return null;
  const someUnknown = rows.some((row) => ids.includes(row.id) && row.state === 'unknown');
  return (
    <Paper className="card" p="sm" role="toolbar" aria-label={t('deliveries.decisions')}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {ids.length === 0 ? t('deliveries.chooseFirst') : t('deliveries.chosen', { count, mails: number(count) })}{' '}
          {state === 'unknown' && !isWhole && ids.length === decidable.length && total > ids.length ? (
            <Anchor component="button" type="button" inherit onClick={() => setAll(true)}>
              {t('deliveries.chooseAll', { mails: number(total) })}
            </Anchor>
          ) : null}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" disabled={!someUnknown || decisions.busy} onClick={decisions.arrived}>
            {t('deliveries.arrived')}
          </Button>
          <Button size="xs" variant="default" disabled={!someUnknown || decisions.busy} onClick={decisions.lost}>
            {t('deliveries.lost')}
          </Button>
          <Button size="xs" disabled={ids.length === 0} loading={decisions.busy} onClick={decisions.resend}>
            {t('deliveries.resend')}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function useDecisions(chosen: Chosen, count: number, done: () => void) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const notify = useNotify();
  const { number } = useFormats();
  const resolution = useChange('resolveDeliveries', ['listDeliveries', 'getStatus']);
  const resending = useChange('resendDeliveries', ['listDeliveries', 'getStatus']);
  const decide = (outcome: 'sent' | 'failed') =>
    resolution.mutate(
      { body: { chosen, outcome } },
      {
        onError: notify.failed,
        onSuccess: ({ resolved }) => {
          notify.done(t('deliveries.resolved', { count: resolved }));
          done();
        },
      },
    );
  const sendAgain = async (): Promise<void> => {
    try {
      let sent = 0;
      let others = 0;
      let impossible: Resent['impossible'] | null = null;
      for (let left = 1; left > 0;) {
        const answer = await resending.mutateAsync({ body: { chosen } });
        for (const [state, mails] of Object.entries(answer.outcomes)) {
          if (state === 'sent') sent += mails;
          else others += mails;
        }
        left = Object.keys(answer.outcomes).length === 0 ? 0 : answer.left;
        impossible = answer.impossible;
      }
      const whyNot = Object.entries(impossible ?? {}).flatMap(([reason, count]) =>
        count > 0 ? [t(`deliveries.impossible.${reason}`, { count, mails: number(count) })] : [],
      );
      notify.done([t('deliveries.resent', { sent, others }), ...whyNot].join(' '));
      done();
    } catch (error) {
      notify.failed(error);
    }
  };
  return {
    busy: resolution.isPending || resending.isPending,
    arrived: () => decide('sent'),
    lost: () => decide('failed'),
    resend: () =>
      confirm({
        title: t('deliveries.resendTitle', { count }),
        about: t('deliveries.resendAbout'),
        confirm: t('deliveries.resend'),
        onConfirm: () => void sendAgain(),
      }),
  };
}
