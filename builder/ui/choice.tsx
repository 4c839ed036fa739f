import { Group, Radio, Text } from '@mantine/core';

/** One of a few ways, with a sentence about it; use inside `Radio.Group`. */
export function Choice({ value, title, about }: { value: string; title: string; about: string }) {
  return (
    <Radio.Card value={value} className="choice">
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator mt={2} />
        <div>
          <Text fw={600} size="sm">
            {title}
          </Text>
          <Text size="sm" className="quiet">
            {about}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}
