import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { useRead } from '../api.ts';
import { useNotify } from '../ui/error-text.ts';
import { LoadingRows } from '../ui/loading.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { ImportHistory } from './imports/import-history.tsx';
import { MappingForm } from './imports/mapping-form.tsx';
import { UploadZone } from './imports/upload-zone.tsx';

/** Brings a CSV in: upload, mapping, dry run, import; beneath, the imports so far with their progress. */
export function ImportsPage() {
  const { t } = useTranslation();
  const notify = useNotify();
  const client = useQueryClient();
  const settings = useRead('getSettings');
  const [upload, setUpload] = useState<Upload | null>(null);
  const started = () => {
    setUpload(null);
    notify.done(t('imports.started'));
    void client.invalidateQueries({ queryKey: ['listImports'] });
    window.scrollTo({ top: 0, behavior: 'smooth' });
  };
  return (
    <PageFrame title={t('imports.title')} about={t('imports.about')}>
      {upload ? null : <UploadZone onUploaded={setUpload} />}
      {upload && settings.data ? (
        <MappingForm
          key={upload.id}
          upload={upload}
          currency={settings.data.currency}
          onStarted={started}
          onCancel={() => setUpload(null)}
        />
      ) : null}
      {upload && settings.isPending ? <LoadingRows /> : null}
      {upload ? null : <ImportHistory />}
    </PageFrame>
  );
}
