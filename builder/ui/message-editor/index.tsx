import { Button, Divider, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '#shared/message.ts';
import { useRead } from '../../api.ts';
import { DurationInput } from '../duration-input.tsx';
import { Field } from '../field.tsx';
import { ContentFields } from './content-fields.tsx';
import { Studio } from './studio.tsx';

type Props = { step: string; value: Message; onChange(value: Message): void };

/** What a step says: its words beside the canvas, and a studio with a live preview for writing in peace. */
export function MessageEditor({ step, value, onChange }: Props) {
  const { t } = useTranslation();
  const [open, { open: show, close }] = useDisclosure();
  return (
    <Stack gap="sm">
      <Divider label={t('message.title')} labelPosition="left" />
      <ContentFields value={value.content} rows={9} onChange={(content) => onChange({ ...value, content })} />
      <Button variant="light" leftSection={<IconEye size={16} />} onClick={show}>
        {t('message.previewAndTest')}
      </Button>
      <SenderSelect value={value.sender} onChange={(sender) => onChange({ ...value, sender })} />
      <DurationInput
        label={t('message.lateness')}
        description={t('message.latenessAbout')}
        value={value.lateness}
        onChange={(lateness) => onChange({ ...value, lateness })}
      />
      <Studio opened={open} step={step} value={value} onChange={onChange} onClose={close} />
    </Stack>
  );
}

const DEFAULT_SENDER = 'default';

function SenderSelect({ value, onChange }: { value: string | null; onChange(value: string | null): void }) {
  const { t } = useTranslation();
  const senders = useRead('listSenders').data?.rows ?? [];
  const standard = senders.find(({ isDefault }) => isDefault);
  return (
    <Field path="message.sender">
      {(error) => (
        <Select
          label={t('message.sender')}
          data={[
            {
              value: DEFAULT_SENDER,
              label: standard ? t('message.defaultSenderNamed', { name: standard.name }) : t('message.defaultSender'),
            },
            ...senders.map(({ id, name, email }) => ({ value: id, label: `${name} <${email}>` })),
          ]}
          value={value ?? DEFAULT_SENDER}
          error={error}
          allowDeselect={false}
          onChange={(chosen) => onChange(chosen === DEFAULT_SENDER ? null : chosen)}
        />
      )}
    </Field>
  );
}
