import { Group, Progress, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Figure } from '#shared/api/journeys.ts';
import type { StepFigures } from '#shared/report.ts';
import { useFormats } from '../ui/formats.ts';
import { ENTRY } from './drawing.ts';
import { useLive, useStepFigures } from './live.ts';

type NumberProps = {
  figure: Figure;
  value: number | null;
  step?: string;
  outcome?: string;
  tone?: string;
  name?: string;
};

/** A number with its name, a dash until it is known; a click shows the people behind it. */
export function FigureButton({ figure, value, step, outcome, tone, name }: NumberProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const live = useLive();
  const label = name ?? t(`live.figures.${figure}`);
  return (
    <UnstyledButton
      className="canvas-figure nodrag nopan"
      data-testid={`figure-${step ?? 'journey'}-${figure}`}
      aria-label={t('live.showPeople', { label, count: value ?? 0 })}
      disabled={value === null}
      onClick={(event) => {
        event.stopPropagation();
        live?.openPeople({ figure, label, ...(step ? { step } : {}), ...(outcome ? { outcome } : {}) });
      }}
    >
      <Text className="figure" size="sm" fw={650} lh={1.15} {...(value && tone ? { c: tone } : {})}>
        {value === null ? '–' : formats.number(value)}
      </Text>
      <Text size="10px" c="dimmed" lh={1.2} truncate>
        {label}
      </Text>
    </UnstyledButton>
  );
}

/** On a card: where its people are, and what its message did. */
export function CardFigures({ step }: { step: string }) {
  const figures = useStepFigures(step);
  if (!figures) return null;
  return (
    <Stack gap={6} px={12} pb={10}>
      <SimpleGrid cols={4} spacing={2}>
        <FigureButton step={step} figure="waiting" value={figures.waiting} tone="blue" />
        <FigureButton step={step} figure="passed" value={figures.passed} tone="meadow" />
        <FigureButton step={step} figure="exited" value={figures.exited} />
        <FigureButton step={step} figure="failed" value={figures.failed} tone="red" />
      </SimpleGrid>
      {figures.message && <MessageFigures step={step} figures={figures.message} />}
      {figures.target && <TargetBar target={figures.target} />}
    </Stack>
  );
}

function MessageFigures({ step, figures }: { step: string; figures: NonNullable<StepFigures['message']> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const skipped = Object.values(figures.skipped).reduce((sum, count) => sum + count, 0);
  const reasons = Object.entries(figures.skipped).filter(([, count]) => count > 0);
  const { valueMinor, currency } = figures;
  return (
    <Stack gap={6} pt={6} style={{ borderTop: '1px solid var(--card-border)' }}>
      <SimpleGrid cols={4} spacing={2}>
        <FigureButton step={step} figure="sent" value={figures.sent} />
        <FigureButton step={step} figure="opened" value={figures.opened} />
        <FigureButton step={step} figure="clicked" value={figures.clicked} />
        <FigureButton step={step} figure="converted" value={figures.converted} tone="meadow" />
        <FigureButton step={step} figure="unsubscribed" value={figures.unsubscribed} />
        <FigureButton step={step} figure="bounced" value={figures.bounced} tone="orange" />
        <FigureButton step={step} figure="complained" value={figures.complained} tone="red" />
        <FigureButton step={step} figure="skipped" value={skipped} />
        <FigureButton step={step} figure="unknown" value={figures.unknown} tone="orange" />
        <FigureButton step={step} figure="deferred" value={figures.deferred} />
      </SimpleGrid>
      {currency !== null && (
        <Text size="xs" className="figure" data-testid={`figure-${step}-value`}>
          {t('live.value', { money: formats.money({ minor: valueMinor, currency }) })}
        </Text>
      )}
      {reasons.length > 0 && (
        <Text size="10px" c="dimmed" data-testid={`figure-${step}-skipped-reasons`}>
          {t('live.skippedBecause', {
            reasons: reasons
              .map(([reason, count]) => `${t(`live.reasons.${reason}`)} ${formats.number(count)}`)
              .join(' · '),
          })}
        </Text>
      )}
    </Stack>
  );
}

/** Target against actual of a call to action. */
function TargetBar({ target }: { target: NonNullable<StepFigures['target']> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const expected = Math.ceil(target.expected);
  const share = expected === 0 ? 0 : Math.min(100, (target.actual / expected) * 100);
  return (
    <Stack gap={3}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text size="10px" c="dimmed">
          {t('live.actualOfTarget')}
        </Text>
        <Text size="xs" fw={600} className="figure">
          {formats.number(target.actual)} / {formats.number(expected)}
        </Text>
      </Group>
      <Progress
        value={share}
        size={5}
        color={share >= 100 ? 'meadow' : 'orange'}
        aria-label={t('live.actualOfTarget')}
      />
    </Stack>
  );
}

type WayProps = { step: string; outcome: string; fallen: readonly string[]; name: string };

/** On an edge: how many took it, by its outcome or one that fell back to it, and which share of those who left the step. */
export function EdgeFigures({ step, outcome, fallen, name }: WayProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const live = useLive();
  const figures = useStepFigures(step);
  if (step === ENTRY && live?.report) {
    return (
      <Text size="xs" fw={650} className="figure">
        {formats.number(live.report.entered)}
      </Text>
    );
  }
  if (!figures) return null;
  const count = [outcome, ...fallen].reduce((sum, each) => sum + (figures.outcomes[each] ?? 0), 0);
  const only = fallen.length === 0 ? { outcome } : {};
  const total = Object.values(figures.outcomes).reduce((sum, each) => sum + each, 0);
  return (
    <UnstyledButton
      className="nodrag nopan"
      data-testid={`figure-${step}-outcome-${outcome}`}
      onClick={() => live?.openPeople({ figure: 'passed', step, ...only, label: name || t('live.figures.passed') })}
    >
      <Text size="xs" className="figure" span fw={650}>
        {formats.number(count)}
      </Text>{' '}
      <Text size="xs" className="figure" span c="dimmed">
        {total > 0 && formats.share(count, total)}
      </Text>
    </UnstyledButton>
  );
}
