import { Alert, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Condition } from '#shared/condition.ts';
import { useRead } from '../../api.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { InstantInput } from '../../ui/instant-input.tsx';
import { Section } from '../../ui/section.tsx';

type Clock = 'real' | 'sample';

/** How many match the conditions as they stand, some of them, and both at an instant of choice. */
export function SegmentCount({ condition, clock: first }: { condition: Condition; clock: Clock }) {
  const { t } = useTranslation();
  const { number, instant } = useFormats();
  const errorText = useErrorText();
  const [clock, setClock] = useState<Clock>(first);
  const [asOf, setAsOf] = useState<Date | null>(null);
  const sample = useRead('getSample');
  const [settled] = useDebouncedValue(condition, 350);
  const whole = Condition.safeParse(settled).success;
  const when = asOf ? { asOf: asOf.toISOString() } : {};
  const reading = useRead(
    'countSegment',
    { body: { condition: settled, clock, ...when } },
    { keepPrevious: true, enabled: whole },
  );
  return (
    <Section title={t('segments.matching')}>
      <Stack gap="md">
        <div aria-live="polite" style={{ opacity: reading.isFetching ? 0.6 : 1, transition: 'opacity 150ms' }}>
          {reading.data ? (
            <>
              <Title order={3} fz={34} className="figure" lh={1.1}>
                {number(reading.data.count)}
              </Title>
              <Text size="sm" className="quiet">
                {t('segments.peopleAsOf', { count: reading.data.count, when: instant(reading.data.asOf) })}
              </Text>
            </>
          ) : null}
          {!reading.data && whole && reading.isPending ? <Skeleton height={40} width={140} /> : null}
        </div>
        {!whole ? <Text size="sm">{t('segments.unfinished')}</Text> : null}
        {reading.isError ? <Alert color="red">{errorText(reading.error)}</Alert> : null}
        {sample.data && sample.data.state !== 'absent' ? (
          <SegmentedControl
            size="xs"
            aria-label={t('segments.whose')}
            value={clock}
            onChange={(chosen) => setClock(chosen === 'sample' ? 'sample' : 'real')}
            data={[
              { value: 'real', label: t('segments.ownPeople') },
              { value: 'sample', label: t('segments.samplePeople') },
            ]}
          />
        ) : null}
        <InstantInput label={t('segments.asOf')} none={t('segments.now')} value={asOf} onChange={setAsOf} />
        <Stack gap={8}>
          {reading.data?.sample.map((contact) => (
            <div key={contact.id}>
              <Link to="/contacts/$id" params={{ id: contact.id }} className="row-link">
                {contact.name || contact.email || contact.phone || t('contacts.nameless')}
              </Link>
              <Text size="xs" className="quiet">
                {contact.email ?? contact.phone ?? t('contacts.noAddress')}
              </Text>
            </div>
          ))}
        </Stack>
      </Stack>
    </Section>
  );
}
