import { Badge, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ContactBody } from '#shared/api/contacts.ts';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';

/** The journeys a person is in or has been through, and how each ended. */
export function ContactJourneys({ contact }: { contact: ContactBody }) {
  const { t } = useTranslation();
  const { day } = useFormats();
  return (
    <Section title={t('nav.journeys')}>
      <Stack gap="md">
        {contact.journeys.length === 0 ? (
          <Text size="sm" className="quiet">
            {t('contacts.noJourneys')}
          </Text>
        ) : null}
        {contact.journeys.map((run) => (
          <div key={run.enrollment}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Link to="/journeys/$id" params={{ id: run.journey }} className="row-link">
                <Text size="sm" fw={550}>
                  {run.name}
                </Text>
              </Link>
              <Badge color={runColors[run.state] ?? 'gray'}>{t(`contacts.run.${run.state}`, run.state)}</Badge>
            </Group>
            <Text size="xs" className="quiet">
              {day(run.enteredAt)}
              {run.endedAt ? ` – ${day(run.endedAt)}` : null}
              {run.ending ? ` · ${t(`contacts.ending.${run.ending}`, run.ending)}` : null}
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}

const runColors: Readonly<Record<string, string>> = { active: 'meadow', failed: 'red' };
