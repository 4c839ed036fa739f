import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

type Frame = { title: string; about?: ReactNode; actions?: ReactNode; wide?: boolean; children: ReactNode };

/** A page's title, one line about it, its actions and its content, at a comfortable width. */
export function PageFrame({ title, about, actions, wide, children }: Frame) {
  usePageTitle(title);
  return (
    <Box px={{ base: 'md', sm: 32, lg: 48 }} py={{ base: 'lg', sm: 36 }} maw={wide ? 1440 : 1240} mx="auto">
      <Stack gap={28}>
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={4} style={{ flex: '1 1 280px', minWidth: 0 }}>
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {about ? (
              <Text className="quiet" maw={680}>
                {about}
              </Text>
            ) : null}
          </Stack>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </Group>
        {children}
      </Stack>
    </Box>
  );
}

/** Names the page in the browser's tab and history. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Pasture`;
  }, [title]);
}
