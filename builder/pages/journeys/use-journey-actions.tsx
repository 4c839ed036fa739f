import { useTranslation } from 'react-i18next';
import { useChange } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { useNotify } from '../../ui/error-text.ts';

type Subject = { id: string; name: string; active: number };
const rereads = ['listJourneys', 'getJourney', 'reportJourney'] as const;

/** Pause, resume, stop and archive, each behind a dialog that says what happens to the people inside. */
export function useJourneyActions({ id, name, active }: Subject) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const notify = useNotify();
  const changes = {
    pause: useChange('pauseJourney', rereads),
    resume: useChange('resumeJourney', rereads),
    stop: useChange('stopJourney', rereads),
    archive: useChange('archiveJourney', rereads),
  };
  const ask = (verb: keyof typeof changes) => () =>
    confirm({
      title: t(`journeys.${verb}Title`, { name }),
      about: t(`journeys.${verb}About`, { count: active }),
      confirm: t(`journeys.${verb}`),
      danger: verb === 'stop',
      onConfirm: () =>
        changes[verb].mutate(
          { params: { id } },
          {
            onSuccess: ({ affected }) => notify.done(t(`journeys.${verb}Done`, { count: affected })),
            onError: notify.failed,
          },
        ),
    });
  return { pause: ask('pause'), resume: ask('resume'), stop: ask('stop'), archive: ask('archive') };
}
