import { ActionIcon, Code, Group, Menu, Text } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mergeTags } from './merge-tags.ts';

/** Offers what can be printed about a person; the tag goes where the cursor stands. */
export function MergeTagMenu({ label, onPick }: { label: string; onPick(tag: string): void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" shadow="md" withinPortal width={320} zIndex={400}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label} title={label}>
          <IconBraces size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
        {mergeTags.map(({ group, tags }) => [
          <Menu.Label key={group}>{t(`message.tags.${group}`)}</Menu.Label>,
          ...tags.map(({ name, tag }) => (
            <Menu.Item key={name} onClick={() => onPick(tag)}>
              <Group justify="space-between" gap="xs" wrap="nowrap">
                <Text size="sm">{t(`message.tags.${name}`)}</Text>
                <Code
                  fz={10}
                  style={{ maxWidth: 170, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
                >
                  {tag}
                </Code>
              </Group>
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}
