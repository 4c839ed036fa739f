import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';

type Emptiness = {
  Icon: ComponentType<{ size: number; stroke: number }>;
  title: string;
  about: string;
  children?: ReactNode;
};

/** What stands where nothing is yet: why, and the one clear next action. */
export function EmptyState({ Icon, title, about, children }: Emptiness) {
  return (
    <Stack align="center" gap="sm" py={{ base: 40, sm: 64 }} px="md" ta="center">
      <ThemeIcon size={64} radius={20} variant="light">
        <Icon size={30} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} mt="xs">
        {title}
      </Title>
      <Text className="quiet" maw={440}>
        {about}
      </Text>
      {children ? (
        <Group mt="xs" gap="sm" justify="center">
          {children}
        </Group>
      ) : null}
    </Stack>
  );
}
