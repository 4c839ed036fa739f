import { ActionIcon, Box, Button, Group, Menu, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconBracketsContain, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Condition, type GroupCondition, isGroup, MAX_NESTING } from '#shared/condition.ts';
import { Leaf } from './leaf.tsx';
import { phraseNames, phrases } from './phrases.ts';

type Props = { value: GroupCondition; depth: number; onChange(value: GroupCondition): void; onRemove?: () => void };

/** Conditions joined by "all" or "any"; groups within groups stand out by a frame of their own. */
export function ConditionGroup({ value, depth, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const replace = (index: number, changed: Condition) =>
    onChange({ ...value, of: value.of.map((each, at) => (at === index ? changed : each)) });
  const remove = (index: number) => onChange({ ...value, of: value.of.filter((_each, at) => at !== index) });
  return (
    <Paper
      withBorder
      radius="md"
      p="sm"
      bg={depth % 2 === 0 ? 'var(--mantine-color-body)' : 'var(--mantine-color-default-hover)'}
    >
      <Stack gap="xs">
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <SegmentedControl
            size="xs"
            aria-label={t('conditions.join')}
            data={[
              { value: 'all', label: t('conditions.all') },
              { value: 'any', label: t('conditions.any') },
            ]}
            value={value.kind}
            onChange={(kind) => onChange({ ...value, kind })}
          />
          {onRemove && (
            <ActionIcon variant="subtle" color="gray" aria-label={t('conditions.removeGroup')} onClick={onRemove}>
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
        {value.of.length === 0 && (
          <Text size="sm" c="dimmed">
            {t(value.kind === 'all' ? 'conditions.emptyAll' : 'conditions.emptyAny')}
          </Text>
        )}
        {value.of.map((condition, index) => (
          <Box key={index}>
            {index > 0 && (
              <Text size="xs" fw={600} c="dimmed" tt="uppercase" mb={6} ml={2}>
                {t(value.kind === 'all' ? 'conditions.and' : 'conditions.or')}
              </Text>
            )}
            {isGroup(condition) ? (
              <ConditionGroup
                value={condition}
                depth={depth + 1}
                onChange={(changed) => replace(index, changed)}
                onRemove={() => remove(index)}
              />
            ) : (
              <Leaf value={condition} onChange={(changed) => replace(index, changed)} onRemove={() => remove(index)} />
            )}
          </Box>
        ))}
        <AddButtons depth={depth} onAdd={(condition) => onChange({ ...value, of: [...value.of, condition] })} />
      </Stack>
    </Paper>
  );
}

function AddButtons({ depth, onAdd }: { depth: number; onAdd(condition: Condition): void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Menu position="bottom-start" shadow="md" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="light" leftSection={<IconPlus size={14} />}>
            {t('conditions.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {phraseNames.map((name) => {
            const { icon: Icon, make } = phrases[name];
            return (
              <Menu.Item key={name} leftSection={<Icon size={16} />} onClick={() => onAdd(make())}>
                {t(`conditions.phrases.${name}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {depth < MAX_NESTING - 2 && (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={<IconBracketsContain size={14} />}
          onClick={() => onAdd({ kind: 'any', of: [] })}
        >
          {t('conditions.addGroup')}
        </Button>
      )}
    </Group>
  );
}
