import { Button, Progress, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconTicket } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
import { Section } from '../../ui/section.tsx';
import { PoolForm } from './pool-form.tsx';

/** Coupon codes made elsewhere, waiting to be given out. */
export function Pools() {
  const { t } = useTranslation();
  const { number, day } = useFormats();
  const reading = useRead('listPools');
  const [adding, { open, close }] = useDisclosure();
  const rows = reading.data?.rows ?? [];
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('settings.pools.add')}
    </Button>
  );
  return (
    <Section
      title={t('settings.pools.title')}
      about={t('settings.pools.about')}
      flush
      actions={rows.length > 0 ? add : null}
    >
      {reading.isError ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
      {reading.isPending ? <LoadingRows rows={2} /> : null}
      {reading.data && rows.length === 0 ? (
        <EmptyState Icon={IconTicket} title={t('settings.pools.emptyTitle')} about={t('settings.pools.emptyAbout')}>
          {add}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <RowsTable
          heads={[
            t('common.name'),
            t('settings.pools.left'),
            { number: t('settings.pools.total') },
            t('settings.keys.created'),
          ]}
        >
          {rows.map((pool) => (
            <Table.Tr key={pool.id}>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {pool.name}
                </Text>
              </Table.Td>
              <Table.Td data-label={t('settings.pools.left')} className="figure">
                <div style={{ minWidth: 120 }}>
                  {number(pool.left)}
                  <Progress
                    size={4}
                    mt={4}
                    value={pool.total === 0 ? 0 : (pool.left / pool.total) * 100}
                    color={pool.left === 0 ? 'red' : 'meadow'}
                    aria-label={t('settings.pools.left')}
                  />
                </div>
              </Table.Td>
              <Table.Td className="number" data-label={t('settings.pools.total')}>
                {number(pool.total)}
              </Table.Td>
              <Table.Td data-label={t('settings.keys.created')}>{day(pool.createdAt)}</Table.Td>
            </Table.Tr>
          ))}
        </RowsTable>
      ) : null}
      {adding ? <PoolForm known={rows.map(({ name }) => name)} onClose={close} /> : null}
    </Section>
  );
}
