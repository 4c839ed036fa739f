import { Group, Text, UnstyledButton } from '@mantine/core';
import type { MailRow } from '#shared/api/messages.ts';
import { useFormats } from '../../ui/formats.ts';

type List = { mails: readonly MailRow[]; chosen: string | null; onChoose: (id: string) => void };

export function MailList({ mails, chosen, onChoose }: List) {
  const { ago } = useFormats();
  return (
    <ul className="mails">
      {mails.map((mail) => (
        <li key={mail.id}>
          <UnstyledButton
            className="mail"
            aria-current={mail.id === chosen ? 'true' : undefined}
            onClick={() => onChoose(mail.id)}
          >
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Text size="xs" className="quiet" truncate>
                {mail.to.join(', ')}
              </Text>
              <Text size="xs" className="quiet" style={{ flex: 'none' }}>
                {ago(mail.receivedAt)}
              </Text>
            </Group>
            <Text size="sm" fw={550} lineClamp={2}>
              {mail.subject}
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
