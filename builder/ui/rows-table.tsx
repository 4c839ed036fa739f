import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  /** The columns' names; numbers stand to the right, and a wide one takes no more than its share. */
  heads: readonly (string | { number: string } | { wide: string })[];
  /** Whether a last column holds what can be done with a row. */
  actions?: boolean;
  children: ReactNode;
};

/** A table on a wide page, one card a row on a phone. */
export function RowsTable({ heads, actions, children }: Props) {
  const { t } = useTranslation();
  return (
    <Table className="rows" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {heads.map((head) => {
            const [className, name] = typeof head === 'string' ? ['', head] : (Object.entries(head)[0] ?? ['', '']);
            return (
              <Table.Th key={name} className={className}>
                {name}
              </Table.Th>
            );
          })}
          {actions ? <Table.Th aria-label={t('common.actions')} /> : null}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  );
}
