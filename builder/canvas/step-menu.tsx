import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { nanoid } from 'nanoid';
import { useTranslation } from 'react-i18next';
import type { StepKind } from '#shared/steps/index.ts';
import { faceOf, paletteKinds } from '../steps/index.ts';
import { tidy } from './arrange.ts';
import { insertStep, leadsOn, newStep, type Place } from './drawing.ts';
import { useEditor } from './editor.ts';

type Props = { place: Place; name: string; label: string };

/** A "+" that offers step kinds and puts the chosen one in its place. */
export function StepMenu({ place, name, label }: Props) {
  const { t } = useTranslation();
  const insert = useInsert();
  const isEmpty = useEditor(({ drawing }) => !drawing.steps.some(({ id }) => id === drawing.start));
  // Where nothing follows yet, a step that ends the journey may stand too.
  const ends = place.kind === 'outcome' || (place.kind === 'start' && isEmpty);
  return (
    <Menu position="bottom" shadow="md" withinPortal width={250}>
      <Menu.Target>
        <ActionIcon
          className="canvas-plus nodrag nopan"
          variant="default"
          radius="xl"
          size={ends ? 32 : 24}
          aria-label={label}
          data-testid={`insert-${name}`}
          data-place={JSON.stringify(place)}
        >
          <IconPlus size={ends ? 17 : 14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="nodrag nopan">
        <Menu.Label>{t('canvas.insertStep')}</Menu.Label>
        {paletteKinds
          .filter((kind) => ends || leadsOn(kind))
          .map((kind) => {
            const { icon: Icon, color } = faceOf({ kind });
            return (
              <Menu.Item
                key={kind}
                leftSection={<Icon size={18} color={`var(--mantine-color-${color}-6)`} />}
                onClick={() => insert(kind, place)}
              >
                <Text size="sm">{t(`steps.${kind}.name`)}</Text>
              </Menu.Item>
            );
          })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Puts a new step of a kind in its place, lays the drawing out anew unless it was dropped by hand, and opens its form. */
export function useInsert(): (kind: StepKind, place: Place) => void {
  const { t } = useTranslation();
  const edit = useEditor((editor) => editor.edit);
  const select = useEditor((editor) => editor.select);
  return (kind, place) => {
    const step = newStep(kind, nanoid(10), t(`steps.${kind}.name`));
    edit((drawing) => {
      const grown = insertStep(drawing, step, place);
      return place.kind === 'loose' ? grown : tidy(grown);
    });
    select(step.id);
  };
}
