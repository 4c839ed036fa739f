import { Badge, Button, Group, Popover, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/problem.ts';
import { ENTRY } from '../../canvas/drawing.ts';
import { useEditor } from '../../canvas/editor.ts';
import { DrawingProblems } from '../../canvas/problems.ts';
import { useProblemText } from '../../ui/field.tsx';

type Props = { open: boolean; toggle(): void; close(): void };

/** Everything wrong with the journey; a click goes to the step and the field. */
export function ProblemList({ open, toggle, close }: Props) {
  const { t } = useTranslation();
  const problems = useContext(DrawingProblems);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (problems.length === 0) {
    return (
      <Group gap={5} wrap="nowrap" visibleFrom="sm" data-testid="problems-none">
        <IconCircleCheck size={16} color="var(--mantine-color-meadow-6)" />
        <Text size="sm" c="dimmed">
          {t('journey.noProblems')}
        </Text>
      </Group>
    );
  }
  const sorted = problems.toSorted(
    (one, other) => Number(other.severity === 'error') - Number(one.severity === 'error'),
  );
  return (
    <Popover
      opened={open}
      onChange={(next) => !next && close()}
      position="bottom-end"
      shadow="lg"
      width={360}
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="light"
          size="sm"
          color={errors > 0 ? 'red' : 'yellow.8'}
          leftSection={<IconAlertCircle size={16} />}
          aria-expanded={open}
          onClick={toggle}
        >
          {t('journey.problems', { count: problems.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <ScrollArea.Autosize mah={420} type="auto">
          <Stack gap={2} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {sorted.map((problem, index) => (
              <li key={index}>
                <ProblemRow problem={problem} onPicked={close} />
              </li>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function ProblemRow({ problem, onPicked }: { problem: Problem; onPicked(): void }) {
  const { t } = useTranslation();
  const word = useProblemText();
  const select = useEditor((editor) => editor.select);
  const step = useEditor(({ drawing }) => drawing.steps.find(({ id }) => id === problem.step));
  return (
    <UnstyledButton
      className="canvas-figure"
      w="100%"
      p={8}
      onClick={() => {
        select(problem.step ?? ENTRY, problem.field);
        onPicked();
      }}
    >
      <Group gap={8} wrap="nowrap" align="flex-start">
        {problem.severity === 'error' ? (
          <IconAlertCircle size={17} color="var(--mantine-color-red-6)" style={{ flexShrink: 0 }} />
        ) : (
          <IconAlertTriangle size={17} color="var(--mantine-color-yellow-8)" style={{ flexShrink: 0 }} />
        )}
        <Stack gap={1} miw={0} flex={1}>
          <Text size="sm">{word(problem)}</Text>
          <Group gap={6}>
            <Text size="xs" c="dimmed" truncate>
              {step?.name ?? t('inspector.ofJourney')}
            </Text>
            {problem.severity === 'warning' && (
              <Badge size="xs" color="yellow.8">
                {t('journey.warning')}
              </Badge>
            )}
          </Group>
        </Stack>
      </Group>
    </UnstyledButton>
  );
}
