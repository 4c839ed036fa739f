import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconDoorExit, IconPlayerSkipForward, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PersonRow } from '#shared/api/journeys.ts';
import { stepOfNode } from '#shared/plan.ts';
import { useChange } from '../../api.ts';
import { outcomesOf } from '../../canvas/drawing.ts';
import { useEditor } from '../../canvas/editor.ts';
import { useWording } from '../../canvas/wording.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { useNotify } from '../../ui/error-text.ts';

/** What can be done for one person inside: try a parked one again or past the step; take them out. */
export function PersonActions({ row, onChanged }: { row: PersonRow; onChanged(): void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const confirm = useConfirm();
  const words = useWording();
  const step = useEditor(({ drawing }) => drawing.steps.find(({ id }) => id === stepOfNode(row.node)));
  const retry = useChange('retryEnrollment');
  const skip = useChange('skipEnrollment');
  const leave = useChange('exitEnrollment');
  const isParked = row.next?.key === 'parked';
  const params = { id: row.enrollment };
  const answer = { onSuccess: onChanged, onError: notify.failed };
  const who = row.name || row.email || t('people.unnamed');
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('people.actionsFor', { name: who })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isParked && (
          <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => retry.mutate({ params }, answer)}>
            {t('people.retry')}
          </Menu.Item>
        )}
        {isParked &&
          step &&
          outcomesOf(step).map(({ id }) => (
            <Menu.Item
              key={id}
              leftSection={<IconPlayerSkipForward size={15} />}
              onClick={() => skip.mutate({ params, body: { outcome: id } }, answer)}
            >
              {t('people.skip', { outcome: words.outcome(step, id) || t('people.onwards') })}
            </Menu.Item>
          ))}
        <Menu.Item
          color="red"
          leftSection={<IconDoorExit size={15} />}
          onClick={() =>
            confirm({
              title: t('people.exitTitle', { name: who }),
              about: t('people.exitAbout'),
              confirm: t('people.exit'),
              danger: true,
              onConfirm: () => leave.mutate({ params }, answer),
            })
          }
        >
          {t('people.exit')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
