import { Button, Group, Paper, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconAddressBook, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Stage, stages } from '#shared/stage.ts';
import { useRead } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Pager } from '../ui/pager.tsx';
import { usePages } from '../ui/use-pages.ts';
import { ContactTable } from './contacts/contact-table.tsx';
import { NewContact } from './contacts/new-contact.tsx';

const PAGE_SIZE = 50;

/** Everyone in the database: searched, filtered, paged. */
export function ContactsPage() {
  const { t } = useTranslation();
  const wanted = useSearch({ from: '/contacts' });
  const pages = usePages(JSON.stringify(wanted));
  const [adding, { open, close }] = useDisclosure();
  const cursor = pages.cursor === undefined ? {} : { cursor: pages.cursor };
  const reading = useRead(
    'listContacts',
    { query: { limit: PAGE_SIZE, ...wanted, ...cursor } },
    { keepPrevious: true },
  );
  const filtered = Object.values(wanted).some((value) => value !== undefined);
  return (
    <PageFrame
      title={t('contacts.title')}
      about={t('contacts.about')}
      wide
      actions={
        <>
          <LinkButton to="/imports" variant="default">
            {t('contacts.import')}
          </LinkButton>
          <Button leftSection={<IconPlus size={18} />} onClick={open}>
            {t('contacts.add')}
          </Button>
        </>
      }
    >
      <Filters />
      <Paper className="card" style={{ overflow: 'hidden' }} aria-busy={reading.isFetching}>
        <Answered
          reading={reading}
          loading={10}
          empty={
            <EmptyState
              Icon={IconAddressBook}
              title={t(filtered ? 'contacts.noneTitle' : 'contacts.emptyTitle')}
              about={t(filtered ? 'contacts.noneAbout' : 'contacts.emptyAbout')}
            >
              {filtered ? null : <LinkButton to="/imports">{t('contacts.import')}</LinkButton>}
            </EmptyState>
          }
        >
          {({ rows, total, cursor: next }) => (
            <>
              <ContactTable contacts={rows} />
              <Pager pages={pages} size={PAGE_SIZE} rows={rows.length} total={total} next={next} />
            </>
          )}
        </Answered>
      </Paper>
      <NewContact opened={adding} onClose={close} />
    </PageFrame>
  );
}

function Filters() {
  const { t } = useTranslation();
  const wanted = useSearch({ from: '/contacts' });
  const navigate = useNavigate({ from: '/contacts' });
  const [typed, setTyped] = useState(wanted.search ?? '');
  const tags = useRead('listTags');
  const segments = useRead('listSegments');
  const narrow = (change: Partial<typeof wanted>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const search = useDebouncedCallback((text: string) => narrow({ search: text.trim() || undefined }), 250);
  return (
    <Group gap="sm" align="flex-end" role="search">
      <TextInput
        leftSection={<IconSearch size={18} />}
        placeholder={t('contacts.searchHint')}
        aria-label={t('common.search')}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
        style={{ flex: '1 1 100%', maxWidth: 520 }}
      />
      <Select
        aria-label={t('contacts.stage')}
        placeholder={t('contacts.anyStage')}
        clearable
        value={wanted.stage ?? null}
        data={stages.map((stage) => ({ value: stage, label: t(`common.stage.${stage}`) }))}
        onChange={(chosen) => narrow({ stage: stages.find((stage: Stage) => stage === chosen) })}
        style={{ flex: '1 1 140px', maxWidth: 220 }}
      />
      <Select
        aria-label={t('contacts.tag')}
        placeholder={t('contacts.anyTag')}
        clearable
        searchable
        value={wanted.tag ?? null}
        data={tags.data?.rows ?? []}
        onChange={(tag) => narrow({ tag: tag ?? undefined })}
        style={{ flex: '1 1 140px', maxWidth: 220 }}
      />
      <Select
        aria-label={t('contacts.segment')}
        placeholder={t('contacts.anySegment')}
        clearable
        searchable
        value={wanted.segment ?? null}
        data={segments.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        onChange={(segment) => narrow({ segment: segment ?? undefined })}
        style={{ flex: '1 1 140px', maxWidth: 220 }}
      />
    </Group>
  );
}
