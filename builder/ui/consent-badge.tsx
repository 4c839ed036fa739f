import { ColorSwatch, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const colors = {
  given: 'var(--mantine-color-meadow-6)',
  withdrawn: 'var(--mantine-color-red-6)',
  unknown: 'var(--mantine-color-gray-5)',
} as const;

/** Whether someone may be mailed. */
export function ConsentBadge({ state }: { state: keyof typeof colors }) {
  const { t } = useTranslation();
  return (
    <Group component="span" gap={8} wrap="nowrap" display="inline-flex">
      <ColorSwatch component="span" size={8} color={colors[state]} withShadow={false} aria-hidden />
      <Text component="span" size="sm">
        {t(`common.consent.${state}`)}
      </Text>
    </Group>
  );
}
