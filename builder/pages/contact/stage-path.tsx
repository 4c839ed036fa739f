import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ContactBody } from '#shared/api/contacts.ts';
import { stageRank, stages } from '#shared/stage.ts';
import { useFormats } from '../../ui/formats.ts';

/** The eight stages as a way: those reached with their dates, and where the person stands. */
export function StagePath({ contact }: { contact: ContactBody }) {
  const { t } = useTranslation();
  const { day } = useFormats();
  const reached = stageRank(contact.stage);
  return (
    <ol className="card stage-path" aria-label={t('contacts.stage')}>
      {stages.map((stage, place) => {
        const date = contact.stageDates.find((each) => each.stage === stage)?.at ?? null;
        const now = place === reached;
        return (
          <li key={stage} data-reached={place <= reached} aria-current={now ? 'step' : undefined}>
            <span className="stage-dot" aria-hidden>
              {place < reached ? <IconCheck size={13} stroke={3} /> : null}
            </span>
            <Text size="sm" fw={now ? 650 : 500}>
              {t(`common.stage.${stage}`)}
            </Text>
            <Text size="xs" className="quiet">
              {date ? day(date) : ' '}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}
