import { Alert, Group, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileTypeCsv, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { useChange } from '../../api.ts';
import { useErrorText } from '../../ui/error-text.ts';

/** Takes a CSV by drop or by choice and uploads it. */
export function UploadZone({ onUploaded }: { onUploaded: (upload: Upload) => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const send = useChange('uploadFile');
  const take = (files: readonly File[]) => {
    const [file] = files;
    if (file) send.mutate({ query: { fileName: file.name.slice(0, 200) }, body: file }, { onSuccess: onUploaded });
  };
  return (
    <Stack gap="sm">
      <Dropzone
        onDrop={take}
        multiple={false}
        disabled={send.isPending}
        className="card drop"
        p={{ base: 'lg', sm: 40 }}
        inputProps={{ 'aria-label': t('imports.choose') }}
      >
        <Group justify="center" gap="lg" style={{ pointerEvents: 'none' }}>
          <ThemeIcon size={56} radius={18} variant="light">
            {send.isPending ? <Loader size={24} /> : null}
            {send.isPending ? null : (
              <>
                <Dropzone.Accept>
                  <IconUpload size={28} stroke={1.5} />
                </Dropzone.Accept>
                <Dropzone.Idle>
                  <IconFileTypeCsv size={28} stroke={1.5} />
                </Dropzone.Idle>
              </>
            )}
          </ThemeIcon>
          <div>
            <Text fw={600}>{t(send.isPending ? 'imports.uploading' : 'imports.drop')}</Text>
            <Text size="sm" className="quiet">
              {t('imports.dropAbout')}
            </Text>
          </div>
        </Group>
      </Dropzone>
      {send.isError ? (
        <Alert color="red" role="alert">
          {errorText(send.error)}
        </Alert>
      ) : null}
    </Stack>
  );
}
