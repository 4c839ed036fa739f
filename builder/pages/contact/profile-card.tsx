import { Badge, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactBody } from '#shared/api/contacts.ts';
import { ConsentBadge } from '../../ui/consent-badge.tsx';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';
import { valueText } from '../../ui/value-text.ts';

/** Who the person is, whether they may be mailed, and where they came from. */
export function ProfileCard({ contact }: { contact: ContactBody }) {
  const { t } = useTranslation();
  const { day, moneys } = useFormats();
  const traits = Object.entries(contact.profile).filter(
    ([name, value]) => value !== null && value !== '' && !(contact.timeZone && /^time_?zone$/i.test(name)),
  );
  return (
    <Section title={t('contacts.profile')}>
      <Stack gap={10}>
        <Line label={t('contacts.consent')}>
          <ConsentBadge state={contact.consent} />
          {contact.consentAt ? (
            <Text size="xs" className="quiet">
              {[day(contact.consentAt), contact.consentSource.replace(/^(user|key):/, '')].filter(Boolean).join(' · ')}
            </Text>
          ) : null}
        </Line>
        <Line label={t('contacts.lifetime')}>{moneys(contact.value)}</Line>
        <Line label={t('contacts.tags')}>
          <Group gap={4} justify="flex-end">
            {contact.tags.length === 0 ? '–' : null}
            {contact.tags.map((tag) => (
              <Badge key={tag} color="gray">
                {tag}
              </Badge>
            ))}
          </Group>
        </Line>
        {contact.identities.map(({ kind, value }) => (
          <Line key={`${kind}:${value}`} label={t(`contacts.identity.${kind}`, kind)}>
            {value}
          </Line>
        ))}
        <Line label={t('contacts.firstSource')}>
          <SourceText source={contact.firstSource} />
        </Line>
        <Line label={t('contacts.latestSource')}>
          <SourceText source={contact.latestSource} />
        </Line>
        {contact.timeZone ? <Line label={t('contacts.timeZone')}>{contact.timeZone}</Line> : null}
        {traits.map(([name, value]) => (
          <Line key={name} label={name}>
            {valueText(value)}
          </Line>
        ))}
      </Stack>
    </Section>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="md">
      <Text size="sm" className="quiet" style={{ flex: 'none', maxWidth: '45%', overflowWrap: 'anywhere' }}>
        {label}
      </Text>
      <Text component="div" size="sm" ta="end" style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

function SourceText({ source }: { source: ContactBody['firstSource'] }) {
  const { day } = useFormats();
  if (!source) return <>–</>;
  const details = Object.entries(source.detail).map(([name, value]) => `${name}: ${value}`);
  return (
    <span title={details.join('\n')}>
      {source.name}
      <Text size="xs" className="quiet">
        {day(source.at)}
      </Text>
    </span>
  );
}
