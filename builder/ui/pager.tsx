import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from './formats.ts';
import type { usePages } from './use-pages.ts';

type Shown = { pages: ReturnType<typeof usePages>; size: number; rows: number; total: number; next: string | null };

/** Which part of a list is shown, and the way to the next and the last part. */
export function Pager({ pages, size, rows, total, next }: Shown) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const from = pages.page * size;
  return (
    <Group component="nav" justify="space-between" px="md" py="sm" aria-label={t('common.paging')}>
      <Text size="sm" className="quiet figure">
        {t('common.range', { from: number(rows === 0 ? 0 : from + 1), to: number(from + rows), total: number(total) })}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          disabled={pages.page === 0}
          onClick={pages.back}
          leftSection={<IconChevronLeft size={16} />}
        >
          {t('common.previous')}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={next === null}
          onClick={() => next !== null && pages.forward(next)}
          rightSection={<IconChevronRight size={16} />}
        >
          {t('common.next')}
        </Button>
      </Group>
    </Group>
  );
}
