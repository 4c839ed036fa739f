import { Alert, Badge, Box, Button, Grid, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMailOff, IconPencil, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ContactBody } from '#shared/api/contacts.ts';
import { useChange, useRead } from '../api.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { useNotify } from '../ui/error-text.ts';
import { useFormats } from '../ui/formats.ts';
import { LoadingPage } from '../ui/loading.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { ContactJourneys } from './contact/contact-journeys.tsx';
import { ProfileCard } from './contact/profile-card.tsx';
import { StagePath } from './contact/stage-path.tsx';
import { Timeline } from './contact/timeline.tsx';
import { ContactForm, editOf } from './contacts/contact-form.tsx';

/** One person: who they are, how far they have come, and all that happened. */
export function ContactPage() {
  const { id } = useParams({ from: '/contacts/$id' });
  const reading = useRead('getContact', { params: { id } }, { everyMs: 5_000 });
  if (reading.data) return <Person contact={reading.data} />;
  if (reading.isError) return <ErrorState error={reading.error} retry={() => void reading.refetch()} />;
  return <LoadingPage />;
}

function Person({ contact }: { contact: ContactBody }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const [editing, { open, close }] = useDisclosure();
  const askToDelete = useDeletion(contact);
  return (
    <PageFrame
      title={contact.name || contact.email || contact.phone || t('contacts.nameless')}
      about={
        <Group component="span" gap={8}>
          {contact.email ?? contact.phone ?? t('contacts.noAddress')}
          {contact.sample ? <Badge color="gray">{t('common.sample')}</Badge> : null}
          {contact.sample ? (
            <Text component="span" size="sm">
              {t('contacts.ownClock', { now: instant(contact.clockNow) })}
            </Text>
          ) : null}
        </Group>
      }
      actions={
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={open}>
            {t('common.edit')}
          </Button>
          <Button variant="subtle" color="red" leftSection={<IconTrash size={16} />} onClick={askToDelete}>
            {t('common.delete')}
          </Button>
        </>
      }
    >
      {contact.suppressed ? (
        <Alert color="red" icon={<IconMailOff />}>
          {t('contacts.suppressed', { reason: t(`contacts.suppression.${contact.suppressed}`, contact.suppressed) })}
        </Alert>
      ) : null}
      <StagePath contact={contact} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Timeline contact={contact.id} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            <ProfileCard contact={contact} />
            <ContactJourneys contact={contact} />
          </Stack>
        </Grid.Col>
      </Grid>
      <Box>{editing ? <EditContact contact={contact} onClose={close} /> : null}</Box>
    </PageFrame>
  );
}

function useDeletion(contact: ContactBody): () => void {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const notify = useNotify();
  const navigate = useNavigate();
  const deletion = useChange('deleteContact', ['listContacts', 'getStatus']);
  return () =>
    confirm({
      title: t('contacts.deleteTitle', { name: contact.name || contact.email || t('contacts.nameless') }),
      about: t('contacts.deleteAbout'),
      confirm: t('common.delete'),
      danger: true,
      onConfirm: () =>
        deletion.mutate(
          { params: { id: contact.id } },
          { onSuccess: () => void navigate({ to: '/contacts' }), onError: notify.failed },
        ),
    });
}

function EditContact({ contact, onClose }: { contact: ContactBody; onClose: () => void }) {
  const { t } = useTranslation();
  const update = useChange('updateContact', ['getContact', 'contactTimeline', 'listContacts', 'listTags']);
  const { name, email, phone, tags, consent } = contact;
  return (
    <Modal opened onClose={onClose} title={t('contacts.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <ContactForm
        initial={{ name, email: email ?? '', phone: phone ?? '', tags, consent }}
        submitLabel={t('common.save')}
        save={async (values) => {
          // Only what was changed is sent, so that saving a new tag does not touch consent.
          const edit = editOf(values);
          if (values.consent === consent) delete edit.consent;
          if (values.name.trim() === name) delete edit.profile;
          await update.mutateAsync({ params: { id: contact.id }, body: edit });
          onClose();
        }}
      />
    </Modal>
  );
}
