import { ActionIcon, Divider, Group, Select, Stack, Text, TextInput, ThemeIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useContext, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Stage, stages } from '#shared/stage.ts';
import type { Step } from '#shared/steps/index.ts';
import { faceOf } from '../steps/index.ts';
import { BriefEditor } from '../ui/brief-editor.tsx';
import { type Check, Field, focusField, FormCheck } from '../ui/field.tsx';
import { useCouponsOfBrief } from './coupons.ts';
import { isTouched, useChangeStep, useEditor } from './editor.ts';
import { JourneyInspector } from './journey-inspector.tsx';
import { DrawingProblems, SourcesContext } from './problems.ts';
import { useWording } from './wording.ts';

/** The form of what is selected: a step, or the journey itself. */
export function Inspector() {
  const step = useEditor(({ drawing, selected }) => drawing.steps.find(({ id }) => id === selected));
  const focus = useEditor((editor) => editor.focus);
  const check = useCheck(step?.id ?? null);
  useEffect(() => {
    if (focus === null) return undefined;
    const timer = setTimeout(() => focusField(focus), 80);
    return () => clearTimeout(timer);
  }, [focus, step?.id]);
  return (
    <FormCheck value={check}>{step ? <StepInspector key={step.id} step={step} /> : <JourneyInspector />}</FormCheck>
  );
}

/** What is wrong with a step, or with the journey itself; a new step is not blamed for what nobody came to yet. */
function useCheck(step: string | null): Check {
  const problems = useContext(DrawingProblems);
  const touched = useEditor((editor) => editor.touched);
  const asked = useEditor((editor) => editor.asked);
  const touch = useEditor((editor) => editor.touch);
  return useMemo(
    () => ({
      problems: problems.filter((problem) => problem.step === step),
      isShown: (path) => isTouched({ touched, asked }, step, path),
      touch: (path) => touch(step, path),
    }),
    [problems, touched, asked, touch, step],
  );
}

function StepInspector({ step }: { step: Step }) {
  const { t } = useTranslation();
  const change = useChangeStep();
  const select = useEditor((editor) => editor.select);
  const { icon: Icon, color, Form } = faceOf(step);
  return (
    <Stack gap="md" p="md" component="section" aria-label={t('inspector.ofStep', { name: step.name })}>
      <Group gap={10} wrap="nowrap">
        <ThemeIcon size={34} radius={10} variant="light" color={color}>
          <Icon size={19} stroke={1.7} />
        </ThemeIcon>
        <Text fw={650} flex={1}>
          {t(`steps.${step.kind}.name`)}
        </Text>
        <ActionIcon
          visibleFrom="sm"
          variant="subtle"
          color="gray"
          aria-label={t('inspector.close')}
          onClick={() => select(null)}
        >
          <IconX size={17} />
        </ActionIcon>
      </Group>
      <Field path="name">
        {(error) => (
          <TextInput
            label={t('inspector.name')}
            value={step.name}
            maxLength={120}
            error={error}
            onChange={({ currentTarget }) => change({ ...step, name: currentTarget.value })}
          />
        )}
      </Field>
      <Form step={step} onChange={change} />
      <Divider label={t('inspector.brief')} labelPosition="left" />
      <StepBrief step={step} />
    </Stack>
  );
}

function StepBrief({ step }: { step: Step }) {
  const { t } = useTranslation();
  const change = useChangeStep();
  const words = useWording();
  const coupons = useCouponsOfBrief(step.id);
  const sources = useContext(SourcesContext);
  return (
    <Stack gap="sm">
      <Field path="stage">
        {(error) => (
          <Select
            label={t('inspector.stage')}
            placeholder={t('inspector.chooseStage')}
            data={stages.map((stage, index) => ({
              value: stage,
              label: `${index + 1} · ${t(`common.stage.${stage}`)}`,
            }))}
            value={step.stage}
            clearable
            error={error}
            onChange={(stage) => change({ ...step, stage: stage === null ? null : Stage.parse(stage) })}
          />
        )}
      </Field>
      <BriefEditor
        value={step.brief}
        inheritedSource={sources[step.id] ?? ''}
        format={words.format(step)}
        coupons={coupons}
        onChange={(brief) => change({ ...step, brief })}
      />
    </Stack>
  );
}
