import { ActionIcon, Box, Group, Paper, Table, Tabs, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MailBody } from '#shared/api/messages.ts';
import { useRead } from '../../api.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';

/** One mail: as it looks, as text, and its headers. */
export function MailReader({ id, onBack }: { id: string; onBack: (() => void) | null }) {
  const reading = useRead('getMail', { params: { id } });
  return (
    <Paper className="card" component="article" style={{ overflow: 'hidden' }}>
      {reading.data ? <Letter mail={reading.data} onBack={onBack} /> : null}
      {reading.isError ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
      {reading.isPending ? <LoadingRows /> : null}
    </Paper>
  );
}

function Letter({ mail, onBack }: { mail: MailBody; onBack: (() => void) | null }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  return (
    <>
      <Group p="md" gap="sm" wrap="nowrap" align="flex-start">
        {onBack ? (
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={onBack} aria-label={t('inbox.back')}>
            <IconArrowLeft size={20} />
          </ActionIcon>
        ) : null}
        <Box style={{ minWidth: 0, flex: 1 }}>
          <Title order={2} fz="lg" style={{ overflowWrap: 'anywhere' }}>
            {mail.subject}
          </Title>
          <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
            {t('inbox.fromTo', { from: mail.from, to: mail.to.join(', ') })}
          </Text>
          <Text size="xs" className="quiet">
            {instant(mail.receivedAt)}
          </Text>
        </Box>
      </Group>
      <Tabs defaultValue="html" keepMounted={false}>
        <Tabs.List px="sm">
          <Tabs.Tab value="html">{t('inbox.html')}</Tabs.Tab>
          <Tabs.Tab value="text">{t('inbox.text')}</Tabs.Tab>
          <Tabs.Tab value="headers">{t('inbox.headers')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html">
          {/* No scripts and no origin of its own; links leave through a new tab. */}
          <iframe
            className="mail-frame"
            title={t('inbox.frame', { subject: mail.subject })}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            referrerPolicy="no-referrer"
            srcDoc={`<base target="_blank">${mail.html}`}
          />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <pre className="mail-text">{mail.text}</pre>
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <Table fz="xs" layout="fixed" withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {mail.headers.map(({ name, value }, place) => (
                <Table.Tr key={`${name}:${place}`}>
                  <Table.Th w={{ base: 110, sm: 190 }} className="quiet" style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
