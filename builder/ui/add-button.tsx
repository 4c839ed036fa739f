import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type Props = { children: ReactNode; onClick(): void; disabled?: boolean };

/** Adds one more to the list above it. */
export function AddButton({ children, onClick, disabled = false }: Props) {
  return (
    <Button
      size="xs"
      variant="light"
      leftSection={<IconPlus size={14} />}
      style={{ alignSelf: 'flex-start' }}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
