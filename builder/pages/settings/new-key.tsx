import { Alert, Button, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyRow } from '#shared/api/workspace.ts';
import { useChange } from '../../api.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { useErrorText } from '../../ui/error-text.ts';

/** Creates a key and shows its secret this once, with a call to try it by. */
export function NewKey({ kind, onClose }: { kind: KeyRow['kind']; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const create = useChange('createKey', ['listKeys']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { kind, name: name.trim() } });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t(kind === 'write' ? 'settings.keys.newWrite' : 'settings.keys.newApi')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={!create.data}
    >
      {create.data ? (
        <Stack>
          <Alert>{t('settings.keys.once')}</Alert>
          <CopyField label={t('settings.keys.secret')} text={create.data.secret} />
          <CopyField label={t('settings.keys.try')} text={exampleOf(kind, create.data.secret)} />
          <Button variant="default" onClick={onClose}>
            {t('settings.keys.done')}
          </Button>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t('common.name')}
              description={t(kind === 'write' ? 'settings.keys.writeAbout' : 'settings.keys.apiAbout')}
              placeholder={t('settings.keys.namePlaceholder')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              maxLength={120}
              required
              data-autofocus
              error={create.isError ? errorText(create.error) : null}
            />
            <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
              {t('common.create')}
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function exampleOf(kind: KeyRow['kind'], secret: string): string {
  const { origin } = window.location;
  if (kind === 'api') return `curl ${origin}/api/contacts \\\n  -H 'Authorization: Bearer ${secret}'`;
  const event = {
    type: 'track',
    userId: 'customer-1',
    event: 'Order Completed',
    properties: { order_id: '1001', total: 29.33, currency: 'USD' },
  };
  return `curl ${origin}/v1/track -u '${secret}:' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(event)}'`;
}
