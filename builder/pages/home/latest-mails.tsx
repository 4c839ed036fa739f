import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api.ts';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';
import { LinkButton } from '../../ui/link-button.tsx';

/** The newest mails in the built-in inbox. */
export function LatestMails() {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const mails = useRead('listInbox', { query: { limit: 6 } }, { everyMs: 3_000 });
  return (
    <Section
      title={t('home.mails')}
      actions={
        <LinkButton to="/inbox" variant="subtle" size="compact-sm">
          {t('nav.inbox')}
        </LinkButton>
      }
    >
      <Stack gap="sm">
        {mails.data?.rows.length === 0 ? (
          <Text size="sm" className="quiet">
            {t('home.noMails')}
          </Text>
        ) : null}
        {mails.data?.rows.map((mail) => (
          <div key={mail.id}>
            <Link to="/inbox" search={{ mail: mail.id }} className="row-link">
              {mail.subject}
            </Link>
            <Text size="xs" className="quiet" truncate>
              {mail.to.join(', ')} · {ago(mail.receivedAt)}
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
