import { IconMap2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state.tsx';
import { LinkButton } from './link-button.tsx';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <EmptyState Icon={IconMap2} title={t('common.missingTitle')} about={t('common.missingAbout')}>
      <LinkButton to="/">{t('common.toHome')}</LinkButton>
    </EmptyState>
  );
}
