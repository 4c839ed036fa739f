import { ActionIcon, Badge, Button, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowLeft, IconPencil, IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { JourneyBody } from '#shared/api/journeys.ts';
import type { Autosave } from '../../canvas/autosave.ts';
import { useEditor } from '../../canvas/editor.ts';
import { DrawingProblems } from '../../canvas/problems.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RenameJourney } from '../journeys/rename-journey.tsx';
import { EditorMenu } from './editor-menu.tsx';
import { ProblemList } from './problem-list.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { SaveIndicator } from './save-indicator.tsx';

export type View = 'draft' | 'live';

type Props = { journey: JourneyBody; autosave: Autosave; view: View; onView(view: View): void };

/** The journey's name and state, whether it is saved, what is wrong with it, and the way to publish it. */
export function JourneyHeader({ journey, autosave, view, onView }: Props) {
  const { t } = useTranslation();
  const [renaming, rename] = useDisclosure();
  const [publishing, publish] = useDisclosure();
  const [listing, list] = useDisclosure();
  const askFor = useEditor((editor) => editor.ask);
  const errors = useContext(DrawingProblems).filter(({ severity }) => severity === 'error').length;
  const isPublished = journey.plan !== null;
  const sayWhy = () => {
    askFor();
    onView('draft');
    list.open();
  };
  return (
    <Group
      component="header"
      px={{ base: 'sm', sm: 'md' }}
      py={8}
      gap="sm"
      justify="space-between"
      bg="var(--mantine-color-body)"
      style={{ borderBottom: '1px solid var(--card-border)' }}
    >
      <Group gap={8} wrap="nowrap" style={{ flex: '1 1 300px', minWidth: 0 }}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('journey.back')}
          renderRoot={(props) => <Link to="/journeys" {...props} />}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Text component="h1" fw={650} fz="md" m={0} truncate>
          {journey.name}
        </Text>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('journeys.rename')} onClick={rename.open}>
          <IconPencil size={15} />
        </ActionIcon>
        <StateBadge state={journey.state} />
        {isPublished && journey.changed && (
          <Tooltip label={t('journey.unpublishedAbout')} multiline maw={280}>
            <Badge color="orange" visibleFrom="sm" style={{ flexShrink: 0 }}>
              {t('journey.unpublished')}
            </Badge>
          </Tooltip>
        )}
        <SaveIndicator autosave={autosave} />
      </Group>
      {isPublished && (
        <SegmentedControl
          size="xs"
          aria-label={t('journey.view')}
          data={[
            { value: 'draft', label: t('journey.draft') },
            { value: 'live', label: t('journey.live') },
          ]}
          value={view}
          onChange={onView}
        />
      )}
      <Group gap={8} wrap="nowrap">
        {view === 'draft' && <ProblemList open={listing} toggle={list.toggle} close={list.close} />}
        <Tooltip label={t('journey.publishBlocked', { count: errors })} disabled={errors === 0 || listing}>
          <Button
            size="sm"
            leftSection={<IconRocket size={16} />}
            disabled={journey.state === 'archived'}
            {...(errors > 0 ? { 'data-disabled': true, onClick: sayWhy } : { onClick: publish.open })}
          >
            {t(isPublished ? 'journey.publishAgain' : 'journey.publish')}
          </Button>
        </Tooltip>
        <EditorMenu journey={journey} />
      </Group>
      {renaming && <RenameJourney journey={journey} onClose={rename.close} />}
      {publishing && (
        <PublishDialog
          journey={journey}
          autosave={autosave}
          onClose={publish.close}
          onPublished={() => {
            publish.close();
            onView('live');
          }}
        />
      )}
    </Group>
  );
}
