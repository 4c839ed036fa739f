import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A number with its name. */
export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap={2}>
      <Text size="xs" className="quiet">
        {label}
      </Text>
      <Text fw={600} fz="lg" className="figure" lh={1.2}>
        {children}
      </Text>
    </Stack>
  );
}
