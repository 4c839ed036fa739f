import { ActionIcon, Badge, Box, Group, Menu, Text, ThemeIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCopy, IconDots, IconTrash } from '@tabler/icons-react';
import { nanoid } from 'nanoid';
import { useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import { faceOf } from '../steps/index.ts';
import { useProblemText } from '../ui/field.tsx';
import { tidy } from './arrange.ts';
import { duplicateStep, outcomesOf, removeStep } from './drawing.ts';
import { useEditor } from './editor.ts';
import { Handle, type NodeProps, Side, useRemeasure } from './flow.tsx';
import { useLive } from './live.ts';
import { CardFigures } from './live-figures.tsx';
import type { CardNode } from './nodes.ts';
import { DrawingProblems, SourcesContext } from './problems.ts';
import { useWording } from './wording.ts';

/** A step on the canvas: what it is, its stage, what it does in a line, its brief in another. */
export function StepCard({ data }: NodeProps<CardNode>) {
  const step = useEditor(({ drawing }) => drawing.steps.find(({ id }) => id === data.step));
  const selected = useEditor((editor) => editor.selected === data.step);
  const live = useLive();
  const problems = useContext(DrawingProblems).filter((problem) => problem.step === data.step);
  if (!step) return null;
  const wrong = !live && problems.some(({ severity }) => severity === 'error');
  return (
    <Box
      className="canvas-card"
      data-testid={`step-${step.id}`}
      {...(selected ? { 'data-selected': true } : {})}
      {...(wrong ? { 'data-wrong': true } : {})}
    >
      <Handle type="target" position={Side.Top} isConnectable={!live} />
      <CardHead step={step} problems={live ? [] : problems} />
      <BriefLine step={step} />
      {live && <CardFigures step={step.id} />}
      <WaysOut step={step} />
    </Box>
  );
}

/** A handle for each outcome; when their number changes all of them move, which React Flow does not see by itself. */
function WaysOut({ step }: { step: Step }) {
  const live = useLive();
  const remeasure = useRemeasure();
  const outcomes = outcomesOf(step);
  const names = outcomes.map(({ id }) => id).join(' ');
  useEffect(() => remeasure(step.id), [names, step.id, remeasure]);
  return outcomes.map(({ id }, index) => (
    <Handle
      key={id}
      id={id}
      type="source"
      position={Side.Bottom}
      isConnectable={!live}
      style={{ left: `${((index + 1) / (outcomes.length + 1)) * 100}%` }}
    />
  ));
}

function CardHead({ step, problems }: { step: Step; problems: readonly { severity: string }[] }) {
  const { t } = useTranslation();
  const words = useWording();
  const live = useLive();
  const { icon: Icon, color } = faceOf(step);
  return (
    <Group gap={10} wrap="nowrap" align="flex-start" p={12} pb={10}>
      <ThemeIcon size={36} radius={10} variant="light" color={color}>
        <Icon size={20} stroke={1.7} />
      </ThemeIcon>
      <Box flex={1} miw={0}>
        <Group gap={4} wrap="nowrap" justify="space-between">
          <Text size="sm" fw={600} truncate>
            {step.name}
          </Text>
          {problems.length > 0 && <ProblemBadge step={step} />}
        </Group>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {words.summary(step)}
        </Text>
        {step.stage && (
          <Badge size="xs" variant="light" color="gray" mt={5} radius="sm">
            {t(`common.stage.${step.stage}`)}
          </Badge>
        )}
      </Box>
      {!live && <CardMenu step={step} />}
    </Group>
  );
}

function ProblemBadge({ step }: { step: Step }) {
  const { t } = useTranslation();
  const word = useProblemText();
  const problems = useContext(DrawingProblems).filter((problem) => problem.step === step.id);
  const errors = problems.some(({ severity }) => severity === 'error');
  return (
    <Tooltip
      multiline
      maw={280}
      label={problems.map((problem, index) => (
        <div key={index}>{word(problem)}</div>
      ))}
    >
      <Badge
        size="sm"
        circle
        variant="filled"
        color={errors ? 'red' : 'yellow.8'}
        aria-label={t('canvas.problemsOfStep', { count: problems.length })}
      >
        {problems.length}
      </Badge>
    </Tooltip>
  );
}

function CardMenu({ step }: { step: Step }) {
  const { t } = useTranslation();
  const edit = useEditor((editor) => editor.edit);
  const select = useEditor((editor) => editor.select);
  const duplicate = () => {
    const id = nanoid(10);
    edit((drawing) => duplicateStep(drawing, step.id, { id, name: t('canvas.copyOf', { name: step.name }) }));
    select(id);
  };
  const remove = () => {
    edit((drawing) => tidy(removeStep(drawing, step.id)));
    select(null);
  };
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon
          className="nodrag nopan"
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t('canvas.stepActions', { name: step.name })}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="nodrag nopan" onClick={(event) => event.stopPropagation()}>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={duplicate}>
          {t('canvas.duplicate')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={remove}>
          {t('canvas.deleteStep')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Target, source, format and call to action, where the step speaks to people. */
function BriefLine({ step }: { step: Step }) {
  const { t } = useTranslation();
  const words = useWording();
  const source = useContext(SourcesContext)[step.id];
  if (definitionOf(step).message(step) === null) return null;
  const { target, callToAction } = step.brief;
  const rows = [
    { name: t('brief.target'), value: target ? words.target(target) : null },
    { name: t('brief.source'), value: step.brief.source ?? source },
    { name: t('brief.format'), value: words.format(step) },
    { name: t('brief.callToAction'), value: callToAction?.label },
  ];
  return (
    <Box px={12} pb={11} component="dl" m={0}>
      {rows.map(({ name, value }) => (
        <Group key={name} gap={6} wrap="nowrap" align="baseline" lh={1.6}>
          <Text component="dt" size="11px" lh={1.6} c="dimmed" w={80} style={{ flexShrink: 0 }} truncate>
            {name}
          </Text>
          <Text component="dd" m={0} lh={1.6} size="11px" truncate {...(value ? {} : { c: 'orange.8' })}>
            {value || (
              <>
                <IconAlertTriangle size={11} style={{ verticalAlign: -1 }} /> {t('canvas.missing')}
              </>
            )}
          </Text>
        </Group>
      ))}
    </Box>
  );
}
