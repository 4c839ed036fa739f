import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api.ts';
import { ContactForm, editOf } from './contact-form.tsx';

export function NewContact({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useChange('createContact', ['listContacts', 'getStatus', 'listTags']);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('contacts.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <ContactForm
        initial={{ name: '', email: '', phone: '', tags: [], consent: 'unknown' }}
        submitLabel={t('contacts.add')}
        save={async (values) => {
          const contact = await create.mutateAsync({ body: editOf(values) });
          await navigate({ to: '/contacts/$id', params: { id: contact.id } });
        }}
      />
    </Modal>
  );
}
