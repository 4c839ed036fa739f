import { Box, Button, Drawer, Group, Loader, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PersonRow } from '#shared/api/journeys.ts';
import { call } from '../../api.ts';
import { useEditor } from '../../canvas/editor.ts';
import type { Crowd } from '../../canvas/live.ts';
import { useDeliveryReason } from '../../ui/delivery-reason.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { PersonActions } from './person-actions.tsx';

type Props = { journey: string; crowd: Crowd | null; onClose(): void };

/** The people behind a number: who, since when, and what happens next and when. */
export function PeopleDrawer({ journey, crowd, onClose }: Props) {
  const { t } = useTranslation();
  const stepName = useEditor(({ drawing }) => drawing.steps.find(({ id }) => id === crowd?.step)?.name);
  return (
    <Drawer
      opened={crowd !== null}
      onClose={onClose}
      position="right"
      size={460}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      title={
        <Stack gap={0}>
          <Text fw={650}>{crowd?.label}</Text>
          <Text size="xs" c="dimmed">
            {stepName ?? t('people.wholeJourney')}
          </Text>
        </Stack>
      }
    >
      {crowd && <People journey={journey} crowd={crowd} />}
    </Drawer>
  );
}

function People({ journey, crowd: { figure, step, outcome } }: { journey: string; crowd: Crowd }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const about = { figure, ...(step ? { step } : {}), ...(outcome ? { outcome } : {}) };
  const people = useInfiniteQuery({
    queryKey: ['listPeople', journey, about],
    queryFn: ({ pageParam, signal }) =>
      call('listPeople', {
        params: { id: journey },
        query: { ...about, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
    refetchInterval: 5_000,
  });
  if (people.isError) return <ErrorState error={people.error} retry={() => void people.refetch()} />;
  if (!people.data) return <Loader size="sm" mx="auto" my="xl" display="block" />;
  const rows = people.data.pages.flatMap((page) => page.rows);
  const total = people.data.pages[0]?.total ?? 0;
  if (rows.length === 0) return <Text c="dimmed">{t('people.nobody')}</Text>;
  return (
    <Stack gap={0}>
      <Text size="xs" c="dimmed" mb={6}>
        {t('people.count', { count: total, people: formats.number(total) })}
      </Text>
      {figure === 'unknown' && (
        <LinkButton to="/deliveries" search={{ state: 'unknown', journey }} size="xs" mb="xs">
          {t('deliveries.decide')}
        </LinkButton>
      )}
      {rows.map((row) => (
        <Person key={`${row.enrollment} ${row.since}`} row={row} onChanged={() => void people.refetch()} />
      ))}
      {people.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {t('common.more')}
        </Button>
      )}
    </Stack>
  );
}

function Person({ row, onChanged }: { row: PersonRow; onChanged(): void }) {
  const { t } = useTranslation();
  const reasonText = useDeliveryReason();
  const formats = useFormats();
  return (
    <Box py={10} style={{ borderTop: '1px solid var(--card-border)' }} data-testid="person">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Link to="/contacts/$id" params={{ id: row.contact }} className="row-link">
            {row.name || row.email || t('people.unnamed')}
          </Link>
          {row.name && row.email && (
            <Text size="xs" c="dimmed" truncate>
              {row.email}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {t('people.since', { when: formats.instant(row.since) })}
          </Text>
          {row.next && (
            <Text size="xs">
              {t(`next.${row.next.key}`)}
              {row.next.at && ` · ${formats.instant(row.next.at)}`}
            </Text>
          )}
          {row.reason && (
            <Text size="xs" c="orange.8">
              {t(`people.reasons.${row.reason}`, { defaultValue: reasonText(row.reason) })}
            </Text>
          )}
        </Stack>
        {row.next && <PersonActions row={row} onChanged={onChanged} />}
      </Group>
    </Box>
  );
}
