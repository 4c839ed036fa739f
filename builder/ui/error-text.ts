import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api.ts';

/** Words an error for people, in their language where the cause is known. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof ApiError && error.status === 0) return t('common.unreachable');
    if (error instanceof ApiError && error.status === 429) return t('common.tooMany');
    if (error instanceof Error) return [error.message, ...fieldsOf(error)].join(' ');
    return t('common.unexpected');
  };
}

function fieldsOf(error: Error): string[] {
  return error instanceof ApiError
    ? error.fields.map(({ path, message }) => (path ? `${path}: ${message}` : message))
    : [];
}

/** Tells in a corner of the page how something ended. */
export function useNotify() {
  const errorText = useErrorText();
  return {
    done: (message: string) => notifications.show({ message, color: 'meadow' }),
    failed: (error: unknown) => notifications.show({ message: errorText(error), color: 'red', autoClose: 8_000 }),
  };
}
