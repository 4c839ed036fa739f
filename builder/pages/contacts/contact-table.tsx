import { Badge, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ContactRow } from '#shared/api/contacts.ts';
import { ConsentBadge } from '../../ui/consent-badge.tsx';
import { useFormats } from '../../ui/formats.ts';
import { RowsTable } from '../../ui/rows-table.tsx';
import { StageBadge } from '../../ui/state-badge.tsx';

const TAGS_SHOWN = 2;

export function ContactTable({ contacts }: { contacts: readonly ContactRow[] }) {
  const { t } = useTranslation();
  const { day } = useFormats();
  return (
    <RowsTable
      heads={[
        t('common.name'),
        t('contacts.stage'),
        t('contacts.consent'),
        t('contacts.tags'),
        t('contacts.source'),
        t('contacts.since'),
      ]}
    >
      {contacts.map((contact) => (
        <Table.Tr key={contact.id}>
          <Table.Td>
            <ContactName contact={contact} />
          </Table.Td>
          <Table.Td data-label={t('contacts.stage')}>
            <StageBadge stage={contact.stage} />
          </Table.Td>
          <Table.Td data-label={t('contacts.consent')}>
            <ConsentBadge state={contact.consent} />
          </Table.Td>
          <Table.Td visibleFrom="sm" data-label={t('contacts.tags')}>
            <Group gap={4}>
              {contact.tags.slice(0, TAGS_SHOWN).map((tag) => (
                <Badge key={tag} color="gray">
                  {tag}
                </Badge>
              ))}
              {contact.tags.length > TAGS_SHOWN ? (
                <Text size="xs" className="quiet" title={contact.tags.join(', ')}>
                  +{contact.tags.length - TAGS_SHOWN}
                </Text>
              ) : null}
              {contact.tags.length === 0 ? <span className="quiet">–</span> : null}
            </Group>
          </Table.Td>
          <Table.Td visibleFrom="sm" data-label={t('contacts.source')}>
            {contact.source ?? <span className="quiet">–</span>}
          </Table.Td>
          <Table.Td visibleFrom="sm" data-label={t('contacts.since')} style={{ whiteSpace: 'nowrap' }}>
            {day(contact.createdAt)}
          </Table.Td>
        </Table.Tr>
      ))}
    </RowsTable>
  );
}

function ContactName({ contact }: { contact: ContactRow }) {
  const { t } = useTranslation();
  const address = contact.email ?? contact.phone;
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap={8}>
        <Link to="/contacts/$id" params={{ id: contact.id }} className="row-link">
          {contact.name || address || t('contacts.nameless')}
        </Link>
        {contact.sample ? (
          <Badge color="gray" size="sm">
            {t('common.sample')}
          </Badge>
        ) : null}
      </Group>
      <Text size="xs" className="quiet">
        {address ?? t('contacts.noAddress')}
      </Text>
    </div>
  );
}
