import { Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Part = { title: string; about?: ReactNode; actions?: ReactNode; flush?: boolean; children: ReactNode };

/** A titled card of a page; `flush` lets a table reach its edges. */
export function Section({ title, about, actions, flush, children }: Part) {
  return (
    <Box component="section" className="card" style={{ overflow: 'hidden' }} aria-label={title}>
      <Group justify="space-between" align="flex-start" px="lg" pt="md" pb={flush ? 'sm' : 4} gap="sm">
        <div style={{ flex: about ? '1 1 240px' : '1 1 0', minWidth: 0 }}>
          <Title order={2} fz="md">
            {title}
          </Title>
          {about ? (
            <Text size="sm" className="quiet">
              {about}
            </Text>
          ) : null}
        </div>
        {actions}
      </Group>
      {flush ? (
        children
      ) : (
        <Box p="lg" pt="sm">
          {children}
        </Box>
      )}
    </Box>
  );
}
