import { Button, FileButton, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../api.ts';
import { useNotify } from './error-text.ts';

/** Takes codes, one a line, into a new coupon pool or one of that name. */
export function PoolUpload({ onClose, onUploaded }: { onClose(): void; onUploaded(pool: string): void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const upload = useChange('createPool', ['listPools']);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const codes = text.split(/[\s,;]+/).filter((code) => code !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    upload.mutate(
      { body: { name: name.trim(), codes } },
      {
        onSuccess: ({ id, added, duplicates }) => {
          notify.done(t('steps.coupon.uploaded', { added, duplicates }));
          onUploaded(id);
          onClose();
        },
        onError: notify.failed,
      },
    );
  };
  const read = (file: File | null) => void file?.text().then(setText);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('steps.coupon.upload')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('steps.coupon.uploadAbout')}
          </Text>
          <TextInput
            label={t('steps.coupon.poolName')}
            required
            maxLength={120}
            value={name}
            data-autofocus
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Textarea
            label={t('steps.coupon.codeList')}
            required
            minRows={6}
            maxRows={12}
            autosize
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Group justify="space-between">
            <FileButton accept=".csv,.txt,text/plain,text/csv" onChange={read}>
              {(props) => (
                <Button variant="default" {...props}>
                  {t('steps.coupon.chooseFile')}
                </Button>
              )}
            </FileButton>
            <Text size="sm" c="dimmed">
              {t('steps.coupon.codesFound', { count: codes.length })}
            </Text>
          </Group>
          <Button type="submit" loading={upload.isPending} disabled={codes.length === 0 || name.trim() === ''}>
            {t('steps.coupon.upload')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
