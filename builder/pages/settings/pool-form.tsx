import { Autocomplete, Button, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api.ts';
import { useErrorText, useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';

/** The codes in a text: one a line, or separated by commas or semicolons; quotes are dropped. */
function codesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).map((code) => code.replaceAll(/^["']|["']$/g, '').toUpperCase()))].filter(
    Boolean,
  );
}

/** Uploads codes, by file or by paste, into a new pool or one that exists. */
export function PoolForm({ known, onClose }: { known: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const errorText = useErrorText();
  const notify = useNotify();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const create = useChange('createPool', ['listPools']);
  const codes = codesIn(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { body: { name: name.trim(), codes } },
      {
        onSuccess: ({ added, duplicates }) => {
          notify.done(t('settings.pools.added', { added: number(added), duplicates: number(duplicates) }));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('settings.pools.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Autocomplete
            label={t('settings.pools.name')}
            description={t('settings.pools.nameAbout')}
            data={[...known]}
            value={name}
            onChange={setName}
            maxLength={120}
            required
            data-autofocus
          />
          <Textarea
            label={t('settings.pools.codes')}
            placeholder={'SPRING-7Q4K\nSPRING-M2XP'}
            minRows={6}
            maxRows={12}
            autosize
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            error={create.isError ? errorText(create.error) : null}
          />
          <Group justify="space-between">
            <FileButton accept=".csv,.txt,text/plain,text/csv" onChange={(file) => void file?.text().then(setText)}>
              {(props) => (
                <Button {...props} variant="default" size="xs" leftSection={<IconUpload size={14} />}>
                  {t('settings.pools.file')}
                </Button>
              )}
            </FileButton>
            <Text size="sm" className="quiet figure" role="status">
              {t('settings.pools.count', { count: codes.length, codes: number(codes.length) })}
            </Text>
          </Group>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || codes.length === 0}>
            {t('settings.pools.upload')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
