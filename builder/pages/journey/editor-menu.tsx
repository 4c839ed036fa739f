import { ActionIcon, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconArchive, IconCopy, IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JourneyBody } from '#shared/api/journeys.ts';
import { useChange } from '../../api.ts';
import { useNotify } from '../../ui/error-text.ts';
import { useJourneyActions } from '../journeys/use-journey-actions.tsx';

/** What else can be done to the journey that is open. */
export function EditorMenu({ journey }: { journey: JourneyBody }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const navigate = useNavigate();
  const create = useChange('createJourney', ['listJourneys']);
  const { archive } = useJourneyActions({ ...journey, active: 0 });
  const duplicate = () =>
    create.mutate(
      { body: { name: t('journeys.copyName', { name: journey.name }).slice(0, 200), copyOf: journey.id } },
      {
        onSuccess: ({ id }) => void navigate({ to: '/journeys/$id', params: { id } }),
        onError: notify.failed,
      },
    );
  return (
    <Menu position="bottom-end" shadow="md" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('journey.moreActions')}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={duplicate}>
          {t('journeys.duplicate')}
        </Menu.Item>
        {(journey.state === 'draft' || journey.state === 'stopped') && (
          <Menu.Item leftSection={<IconArchive size={16} />} onClick={archive}>
            {t('journeys.archive')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
