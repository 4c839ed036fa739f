import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { JourneyBody, VersionRow } from '#shared/api/journeys.ts';
import { useRead } from '../../api.ts';

const LOOK_MS = 10_000;

type Props = { journey: JourneyBody; value: number; onChange(version: number | null): void };

/** Which published version is looked at; offered once people are still inside an older one. */
export function VersionChoice({ journey, value, onChange }: Props) {
  const { t } = useTranslation();
  const hasOlder = journey.version > 1;
  const versions = useRead('listVersions', { params: { id: journey.id } }, { everyMs: LOOK_MS, enabled: hasOlder });
  const offered = (versions.data?.rows ?? []).filter(
    ({ version, inside }) => version === journey.version || version === value || inside > 0,
  );
  if (!hasOlder || offered.length < 2) return null;
  const label = ({ version, inside }: VersionRow) =>
    t(version === journey.version ? 'live.newestVersion' : 'live.olderVersion', {
      version,
      count: inside,
    });
  return (
    <Select
      size="xs"
      w={220}
      aria-label={t('live.version')}
      data={offered.map((row) => ({ value: String(row.version), label: label(row) }))}
      value={String(value)}
      allowDeselect={false}
      onChange={(chosen) => onChange(Number(chosen) === journey.version ? null : Number(chosen))}
    />
  );
}
