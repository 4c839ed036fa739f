import { Box, Paper, TextInput } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { IconInbox, IconMailOpened, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Pager } from '../ui/pager.tsx';
import { usePages } from '../ui/use-pages.ts';
import { MailList } from './inbox/mail-list.tsx';
import { MailReader } from './inbox/mail-reader.tsx';

const PAGE_SIZE = 50;

/** The mails that the built-in SMTP server received, beside the one that is read. */
export function InboxPage() {
  const { t } = useTranslation();
  const { mail } = useSearch({ from: '/inbox' });
  const navigate = useNavigate({ from: '/inbox' });
  const narrow = useMediaQuery('(max-width: 62em)');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const pages = usePages(search);
  const cursor = pages.cursor === undefined ? {} : { cursor: pages.cursor };
  const reading = useRead(
    'listInbox',
    { query: { limit: PAGE_SIZE, search, ...cursor } },
    { everyMs: 2_000, keepPrevious: true },
  );
  const read = (id: string | undefined) => void navigate({ search: { mail: id } });
  const reader = mail ? <MailReader id={mail} onBack={narrow ? () => read(undefined) : null} /> : null;
  return (
    <PageFrame title={t('inbox.title')} about={t('inbox.about')} wide>
      {narrow && reader ? (
        reader
      ) : (
        <Box className="inbox">
          <Paper className="card" style={{ overflow: 'hidden' }} component="section" aria-label={t('inbox.title')}>
            <TextInput
              m="sm"
              leftSection={<IconSearch size={18} />}
              placeholder={t('inbox.searchHint')}
              aria-label={t('common.search')}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Answered
              reading={reading}
              empty={
                <EmptyState
                  Icon={IconInbox}
                  title={t(search ? 'inbox.noneTitle' : 'inbox.emptyTitle')}
                  about={t(search ? 'inbox.noneAbout' : 'inbox.emptyAbout')}
                />
              }
            >
              {({ rows, total, cursor: next }) => (
                <>
                  <MailList mails={rows} chosen={mail ?? null} onChoose={read} />
                  <Pager pages={pages} size={PAGE_SIZE} rows={rows.length} total={total} next={next} />
                </>
              )}
            </Answered>
          </Paper>
          {narrow ? null : (
            <Box pos="sticky" top={16}>
              {reader ?? (
                <Paper className="card">
                  <EmptyState Icon={IconMailOpened} title={t('inbox.chooseTitle')} about={t('inbox.chooseAbout')} />
                </Paper>
              )}
            </Box>
          )}
        </Box>
      )}
    </PageFrame>
  );
}
