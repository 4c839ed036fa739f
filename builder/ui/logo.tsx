import { Group, Text } from '@mantine/core';

export function Logo({ wordless }: { wordless?: boolean }) {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/favicon.svg" width={30} height={30} alt={wordless ? 'Pasture' : ''} />
      {wordless ? null : (
        <Text fw={680} fz={19} lh={1} style={{ letterSpacing: '-0.03em' }}>
          Pasture
        </Text>
      )}
    </Group>
  );
}
