import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '#shared/message.ts';
import { ContactPicker } from './contact-picker.tsx';
import { ContentFields } from './content-fields.tsx';
import { MessagePreview } from './message-preview.tsx';
import { TestSend } from './test-send.tsx';

type Props = { opened: boolean; step: string; value: Message; onChange(value: Message): void; onClose(): void };

/** The message at full size: its words on one side, what a chosen person would get on the other. */
export function Studio({ opened, step, value, onChange, onClose }: Props) {
  const { t } = useTranslation();
  const small = useMediaQuery('(max-width: 48em)');
  const [contact, setContact] = useState<string | null>(null);
  const [testing, setTesting] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen={small ?? false}
      size={1240}
      title={
        <Text fw={650} fz="lg">
          {t('message.studio')}
        </Text>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        <ContentFields value={value.content} rows={18} onChange={(content) => onChange({ ...value, content })} />
        <Stack gap="sm">
          <Group align="flex-end" wrap="nowrap">
            <ContactPicker value={contact} onChange={setContact} />
            <Button variant="default" leftSection={<IconSend size={15} />} onClick={() => setTesting(true)}>
              {t('message.testSend')}
            </Button>
          </Group>
          <MessagePreview step={step} message={value} contact={contact} />
        </Stack>
      </SimpleGrid>
      {testing && <TestSend step={step} message={value} contact={contact} onClose={() => setTesting(false)} />}
    </Modal>
  );
}
