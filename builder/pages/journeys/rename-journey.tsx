import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api.ts';
import { useErrorText } from '../../ui/error-text.ts';

type Renaming = { journey: { id: string; name: string }; onClose: () => void };

export function RenameJourney({ journey, onClose }: Renaming) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState(journey.name);
  const rename = useChange('renameJourney', ['listJourneys', 'getJourney']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ params: { id: journey.id }, body: { name: name.trim() } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t('journeys.rename')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('common.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            required
            data-autofocus
            error={rename.isError ? errorText(rename.error) : null}
          />
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
