import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const colors = { given: 'meadow', withdrawn: 'red', unknown: 'gray' } as const;

/** Whether someone may be mailed. */
export function ConsentBadge({ state }: { state: keyof typeof colors }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[state]} variant="dot" style={{ border: 0, paddingInline: 0 }}>
      {t(`common.consent.${state}`)}
    </Badge>
  );
}
