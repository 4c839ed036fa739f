import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconArchive,
  IconCopy,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JourneyRow } from '#shared/api/journeys.ts';
import { useChange } from '../../api.ts';
import { useNotify } from '../../ui/error-text.ts';
import { RenameJourney } from './rename-journey.tsx';
import { useJourneyActions } from './use-journey-actions.tsx';

/** What can be done to a journey from the list. */
export function JourneyMenu({ journey }: { journey: JourneyRow }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const actions = useJourneyActions(journey);
  const duplicate = useChange('createJourney', ['listJourneys']);
  const [renaming, { open, close }] = useDisclosure();
  const copy = () =>
    duplicate.mutate(
      { body: { name: t('journeys.copyName', { name: journey.name }).slice(0, 200), copyOf: journey.id } },
      { onSuccess: () => notify.done(t('journeys.duplicated')), onError: notify.failed },
    );
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('journeys.actionsFor', { name: journey.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={open}>
            {t('journeys.rename')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={copy}>
            {t('journeys.duplicate')}
          </Menu.Item>
          {journey.state === 'running' ? (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={actions.pause}>
              {t('journeys.pause')}
            </Menu.Item>
          ) : null}
          {journey.state === 'paused' ? (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={actions.resume}>
              {t('journeys.resume')}
            </Menu.Item>
          ) : null}
          {journey.state === 'running' || journey.state === 'paused' ? (
            <Menu.Item color="red" leftSection={<IconPlayerStop size={16} />} onClick={actions.stop}>
              {t('journeys.stop')}
            </Menu.Item>
          ) : null}
          {journey.state === 'draft' || journey.state === 'stopped' ? (
            <Menu.Item leftSection={<IconArchive size={16} />} onClick={actions.archive}>
              {t('journeys.archive')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {renaming ? <RenameJourney journey={journey} onClose={close} /> : null}
    </>
  );
}
