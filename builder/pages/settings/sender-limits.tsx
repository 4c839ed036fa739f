import { ActionIcon, Group, Input, NumberInput, Stack, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SenderLimits as Limits } from '#shared/sender.ts';
import { AddButton } from '../../ui/add-button.tsx';

type Editor = { limits: Limits; onChange: (limits: Limits) => void; error: string | undefined };

const MOST = 10_000;
const FIRST_GUESS = 10;

/** How fast mails may leave for a sender, and how fast to single domains. */
export function SenderLimits({ limits: { perSecond, domains }, onChange, error }: Editor) {
  const { t } = useTranslation();
  const changeDomain = (place: number, part: Partial<Limits['domains'][number]>) =>
    onChange({ perSecond, domains: domains.map((one, each) => (each === place ? { ...one, ...part } : one)) });
  return (
    <Stack gap="sm">
      <NumberInput
        label={t('settings.senders.perSecond')}
        description={t('settings.senders.perSecondAbout')}
        placeholder={t('settings.senders.unlimited')}
        min={1}
        max={MOST}
        allowDecimal={false}
        value={perSecond ?? ''}
        onChange={(chosen) => onChange({ perSecond: typeof chosen === 'number' ? chosen : null, domains })}
      />
      {domains.map((one, place) => (
        <Group key={place} gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            label={t('settings.senders.domain')}
            placeholder="gmail.com"
            value={one.domain}
            onChange={(event) => changeDomain(place, { domain: event.currentTarget.value })}
            style={{ flex: '2 1 140px' }}
          />
          <NumberInput
            label={t('settings.senders.perSecond')}
            min={1}
            max={MOST}
            allowDecimal={false}
            value={one.perSecond}
            onChange={(chosen) => typeof chosen === 'number' && changeDomain(place, { perSecond: chosen })}
            style={{ flex: '1 1 110px' }}
          />
          <ActionIcon
            size={36}
            variant="subtle"
            color="gray"
            aria-label={t('settings.senders.removeLimit', { domain: one.domain })}
            onClick={() => onChange({ perSecond, domains: domains.filter((_, each) => each !== place) })}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      {error ? <Input.Error role="alert">{error}</Input.Error> : null}
      <AddButton onClick={() => onChange({ perSecond, domains: [...domains, { domain: '', perSecond: FIRST_GUESS }] })}>
        {t('settings.senders.addLimit')}
      </AddButton>
    </Stack>
  );
}
