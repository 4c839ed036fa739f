import { Button } from '@mantine/core';
import { IconMap2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state.tsx';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <EmptyState Icon={IconMap2} title={t('common.missingTitle')} about={t('common.missingAbout')}>
      <Button component={Link} to="/">
        {t('common.toHome')}
      </Button>
    </EmptyState>
  );
}
