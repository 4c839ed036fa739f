import { Anchor, Badge, Box, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ImportBody } from '#shared/api/imports.ts';
import { urlOf, useRead } from '../../api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { RowErrors } from './dry-run-result.tsx';

const PAGE_SIZE = 20;

/** Imports, newest first; those under way move on by themselves. */
export function ImportHistory() {
  const { t } = useTranslation();
  const pages = usePages('imports');
  const cursor = pages.cursor === undefined ? {} : { cursor: pages.cursor };
  const reading = useRead(
    'listImports',
    { query: { limit: PAGE_SIZE, ...cursor } },
    { everyMs: 1_500, keepPrevious: true },
  );
  const { data } = reading;
  return (
    <Paper component="section" className="card" aria-label={t('imports.history')}>
      {reading.isError && !data ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
      {reading.isPending ? <LoadingRows rows={3} /> : null}
      {data?.rows.length === 0 ? (
        <EmptyState Icon={IconHistory} title={t('imports.emptyTitle')} about={t('imports.emptyAbout')} />
      ) : null}
      {data?.rows.map((each) => (
        <ImportLine key={each.id} shown={each} />
      ))}
      {data && (data.cursor !== null || pages.page > 0) ? (
        <Pager pages={pages} size={PAGE_SIZE} rows={data.rows.length} total={data.total} next={data.cursor} />
      ) : null}
    </Paper>
  );
}

const colors = { running: 'blue', done: 'meadow', failed: 'red' } satisfies Record<ImportBody['state'], string>;

function ImportLine({ shown }: { shown: ImportBody }) {
  const { t } = useTranslation();
  const { number, ago } = useFormats();
  const share = shown.totalBytes === 0 ? 0 : (shown.readBytes / shown.totalBytes) * 100;
  const counts = (['created', 'updated', 'unchanged', 'bad'] as const).filter((count) => shown[count] > 0);
  return (
    <Box p="lg" className="line">
      <Stack gap={8}>
        <Group justify="space-between" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {shown.fileName}
            </Text>
            <Text size="xs" className="quiet">
              {t(`imports.${shown.kind}`)} · {shown.source} · {ago(shown.startedAt)}
            </Text>
          </div>
          <Badge color={colors[shown.state]}>{t(`imports.state.${shown.state}`)}</Badge>
        </Group>
        {shown.state === 'running' ? (
          <Progress value={Math.max(1, share)} animated aria-label={t('imports.progress', { name: shown.fileName })} />
        ) : null}
        <Group gap="md">
          <Text size="sm" className="figure">
            {t('imports.rowsRead', { count: shown.rows, rows: number(shown.rows) })}
          </Text>
          {counts.map((count) => (
            <Text key={count} size="sm" className="quiet figure">
              {t(`imports.counts.${count}`, { number: number(shown[count]) })}
            </Text>
          ))}
        </Group>
        {shown.reason ? (
          <Text size="sm" c="red">
            {shown.reason}
          </Text>
        ) : null}
        {shown.bad > 0 ? (
          <>
            <RowErrors errors={shown.errors.slice(0, 3)} />
            <Anchor size="sm" href={urlOf('importErrors', { params: { id: shown.id } })} download>
              <Group gap={6} component="span">
                <IconDownload size={16} /> {t('imports.errorFile')}
              </Group>
            </Anchor>
          </>
        ) : null}
      </Stack>
    </Box>
  );
}
