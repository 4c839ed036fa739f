import { Button, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api.ts';
import { Choice } from '../../ui/choice.tsx';
import { useErrorText } from '../../ui/error-text.ts';

/** Asks for a name and a beginning, creates the journey and opens it. */
export function NewJourney({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [beginning, setBeginning] = useState('empty');
  const create = useChange('createJourney', ['listJourneys']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const template = beginning === 'silent-buyers' ? ({ template: 'silent-buyers' } as const) : {};
    create.mutate(
      { body: { name: name.trim(), ...template } },
      { onSuccess: (journey) => void navigate({ to: '/journeys/$id', params: { id: journey.id } }) },
    );
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('journeys.new')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('common.name')}
            placeholder={t('journeys.namePlaceholder')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            required
            data-autofocus
            error={create.isError ? errorText(create.error) : null}
          />
          <Radio.Group label={t('journeys.beginWith')} value={beginning} onChange={setBeginning}>
            <Stack gap="xs" mt={6}>
              <Choice value="empty" title={t('journeys.empty')} about={t('journeys.emptyCanvas')} />
              <Choice value="silent-buyers" title={t('journeys.template')} about={t('journeys.templateAbout')} />
            </Stack>
          </Radio.Group>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            {t('journeys.createOpen')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
