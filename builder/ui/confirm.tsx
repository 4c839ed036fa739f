import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Question = { title: string; about: ReactNode; confirm: string; danger?: boolean; onConfirm: () => void };

/** Asks before something that is hard to take back; says what will happen. */
export function useConfirm(): (question: Question) => void {
  const { t } = useTranslation();
  return ({ title, about, confirm, danger, onConfirm }) => {
    modals.openConfirmModal({
      title,
      children: typeof about === 'string' ? <Text size="sm">{about}</Text> : about,
      labels: { confirm, cancel: t('common.cancel') },
      confirmProps: danger ? { color: 'red.8' } : {},
      onConfirm,
    });
  };
}
