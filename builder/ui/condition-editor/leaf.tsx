import { ActionIcon, Group, Select, Stack } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LeafCondition } from '#shared/condition.ts';
import { CountRow, SilenceRow, SumRow } from './event-rows.tsx';
import { ConsentRow, ProfileRow, StageRow, TagRow } from './person-rows.tsx';
import { type Phrase, phraseNames, phraseOf, phrases } from './phrases.ts';

type Props = { value: LeafCondition; onChange(value: LeafCondition): void; onRemove(): void };

/** One condition as a sentence: what it is about, then its parts. */
export function Leaf({ value, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const phrase = phraseOf(value);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <Stack gap={6} flex={1} miw={0}>
        <Group gap={6} align="flex-start">
          <Select
            size="xs"
            aria-label={t('conditions.about')}
            data={phraseNames.map((name) => ({ value: name, label: t(`conditions.phrases.${name}`) }))}
            value={phrase}
            allowDeselect={false}
            w={158}
            comboboxProps={{ shadow: 'md', width: 210, position: 'bottom-start' }}
            onChange={(name) => {
              const chosen = phraseNames.find((each) => each === name);
              if (chosen && chosen !== phrase) onChange(phrases[chosen].make());
            }}
          />
          <LeafRow value={value} phrase={phrase} onChange={onChange} />
        </Group>
      </Stack>
      <ActionIcon variant="subtle" color="gray" aria-label={t('conditions.remove')} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

function LeafRow({
  value,
  phrase,
  onChange,
}: {
  value: LeafCondition;
  phrase: Phrase;
  onChange(v: LeafCondition): void;
}) {
  switch (value.kind) {
    case 'count':
      return phrase === 'silence' ? (
        <SilenceRow value={value} onChange={onChange} />
      ) : (
        <CountRow value={value} onChange={onChange} />
      );
    case 'sum':
      return <SumRow value={value} onChange={onChange} />;
    case 'profile':
      return <ProfileRow value={value} onChange={onChange} />;
    case 'tag':
      return <TagRow value={value} onChange={onChange} />;
    case 'stage':
      return <StageRow value={value} onChange={onChange} />;
    case 'consent':
      return <ConsentRow value={value} onChange={onChange} />;
  }
}
