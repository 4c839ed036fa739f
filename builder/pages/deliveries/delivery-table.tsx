import { Badge, Checkbox, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { DeliveryRow } from '#shared/api/deliveries.ts';
import type { DeliveryState } from '#shared/delivery.ts';
import { useDeliveryReason } from '../../ui/delivery-reason.ts';
import { useFormats } from '../../ui/formats.ts';
import { mayBeDecided } from './may-be-decided.ts';

type List = { deliveries: readonly DeliveryRow[]; ids: readonly string[]; onChoose: (ids: readonly string[]) => void };

/** To whom, of which journey, what became of it and why; those that somebody may decide can be chosen. */
export function DeliveryTable({ deliveries, ids, onChoose }: List) {
  const { t } = useTranslation();
  const decidable = deliveries.filter(mayBeDecided).map(({ id }) => id);
  const toggle = (id: string) => onChoose(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
  return (
    <Table className="rows" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={40}>
            <Checkbox
              aria-label={t('deliveries.choosePage')}
              disabled={decidable.length === 0}
              checked={decidable.length > 0 && ids.length === decidable.length}
              indeterminate={ids.length > 0 && ids.length < decidable.length}
              onChange={() => onChoose(ids.length === decidable.length ? [] : decidable)}
            />
          </Table.Th>
          <Table.Th>{t('deliveries.to')}</Table.Th>
          <Table.Th>{t('deliveries.journey')}</Table.Th>
          <Table.Th>{t('deliveries.state')}</Table.Th>
          <Table.Th>{t('deliveries.when')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td>
              {mayBeDecided(row) ? (
                <Checkbox
                  aria-label={t('deliveries.choose', { name: row.contactName || row.address })}
                  checked={ids.includes(row.id)}
                  onChange={() => toggle(row.id)}
                />
              ) : null}
            </Table.Td>
            <Table.Td ta="start">
              <div style={{ minWidth: 0 }}>
                <Link to="/contacts/$id" params={{ id: row.contact }} className="row-link">
                  {row.contactName || row.address || t('contacts.nameless')}
                </Link>
                <Text size="xs" className="quiet" style={{ overflowWrap: 'anywhere' }}>
                  {row.address}
                </Text>
              </div>
            </Table.Td>
            <Table.Td data-label={t('deliveries.journey')}>
              <div style={{ minWidth: 0 }}>
                {row.journeyName || t('contacts.testMessage')}
                <Text size="xs" className="quiet">
                  {row.stepName}
                </Text>
              </div>
            </Table.Td>
            <Table.Td data-label={t('deliveries.state')}>
              <Fate row={row} />
            </Table.Td>
            <When row={row} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function When({ row }: { row: DeliveryRow }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  return (
    <Table.Td visibleFrom="sm" data-label={t('deliveries.when')} style={{ whiteSpace: 'nowrap' }}>
      {instant(row.updatedAt)}
    </Table.Td>
  );
}

const colors = {
  claimed: 'gray',
  deferred: 'blue',
  data_started: 'gray',
  sent: 'meadow',
  failed: 'red',
  unknown: 'orange',
  suppressed: 'gray',
  skipped: 'gray',
} satisfies Record<DeliveryState, string>;

function Fate({ row: { state, reason, response, actor, resendOf, resentAs } }: { row: DeliveryRow }) {
  const { t } = useTranslation();
  const reasonText = useDeliveryReason();
  const by = actor?.replace(/^\w+:/, '');
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap={6}>
        <Badge className="sentence" color={colors[state]}>
          {t(`contacts.delivery.${state}`)}
        </Badge>
        {resendOf === null ? null : <Badge variant="default">{t('deliveries.isRepeat')}</Badge>}
        {resentAs === null ? null : <Badge variant="default">{t('deliveries.isRepeated')}</Badge>}
      </Group>
      <Text size="xs" className="quiet">
        {[reason === null ? '' : reasonText(reason), by ? t('deliveries.by', { name: by }) : '']
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {response && state !== 'sent' ? (
        <Text size="xs" className="quiet" ff="monospace" lineClamp={2} title={response}>
          {response}
        </Text>
      ) : null}
    </div>
  );
}
