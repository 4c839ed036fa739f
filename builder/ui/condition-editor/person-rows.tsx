import { Autocomplete, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type LeafCondition, StageCondition } from '#shared/condition.ts';
import { Stage, stages } from '#shared/stage.ts';
import { useRead } from '../../api.ts';
import { ValueTest } from './value-test.tsx';

type Of<Kind extends LeafCondition['kind']> = Extract<LeafCondition, { kind: Kind }>;
type RowProps<Kind extends LeafCondition['kind']> = { value: Of<Kind>; onChange(value: Of<Kind>): void };

/** "Profile: country is DE". */
export function ProfileRow({ value, onChange }: RowProps<'profile'>) {
  const { t } = useTranslation();
  const { kind, ...test } = value;
  return (
    <ValueTest value={test} pathLabel={t('conditions.trait')} onChange={(changed) => onChange({ kind, ...changed })} />
  );
}

/** "Has the tag vip". */
export function TagRow({ value, onChange }: RowProps<'tag'>) {
  const { t } = useTranslation();
  const { data } = useRead('listTags');
  return (
    <>
      <Select
        size="xs"
        aria-label={t('conditions.tagHas')}
        data={[
          { value: 'has', label: t('conditions.has') },
          { value: 'hasNot', label: t('conditions.hasNot') },
        ]}
        value={value.has ? 'has' : 'hasNot'}
        allowDeselect={false}
        w={112}
        onChange={(has) => onChange({ ...value, has: has === 'has' })}
      />
      <Autocomplete
        size="xs"
        aria-label={t('conditions.tag')}
        placeholder={t('conditions.tag')}
        data={data?.rows ?? []}
        value={value.tag}
        error={!value.tag.trim()}
        w={160}
        onChange={(tag) => onChange({ ...value, tag })}
      />
    </>
  );
}

/** "Stage is at least Convert". */
export function StageRow({ value, onChange }: RowProps<'stage'>) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        size="xs"
        aria-label={t('conditions.comparison')}
        data={StageCondition.shape.comparison.options.map((each) => ({
          value: each,
          label: t(`conditions.stageIs.${each}`),
        }))}
        value={value.comparison}
        allowDeselect={false}
        w={112}
        onChange={(chosen) =>
          chosen && onChange({ ...value, comparison: StageCondition.shape.comparison.parse(chosen) })
        }
      />
      <Select
        size="xs"
        aria-label={t('conditions.phrases.stage')}
        data={stages.map((stage) => ({ value: stage, label: t(`common.stage.${stage}`) }))}
        value={value.stage}
        allowDeselect={false}
        w={150}
        onChange={(stage) => stage && onChange({ ...value, stage: Stage.parse(stage) })}
      />
    </>
  );
}

/** "Agreed to be mailed". */
export function ConsentRow({ value, onChange }: RowProps<'consent'>) {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      aria-label={t('conditions.phrases.consent')}
      data={[
        { value: 'given', label: t('conditions.consentGiven') },
        { value: 'missing', label: t('conditions.consentMissing') },
      ]}
      value={value.given ? 'given' : 'missing'}
      allowDeselect={false}
      w={200}
      onChange={(given) => onChange({ ...value, given: given === 'given' })}
    />
  );
}
