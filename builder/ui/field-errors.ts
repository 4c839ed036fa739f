import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import { ApiError } from '../api.ts';

/**
 * Puts the server's field errors at the fields of a form.
 * @returns what is not about one of `fields`, to be told elsewhere; null when everything found its field.
 */
export function placeFieldErrors<Values extends FieldValues>(
  error: unknown,
  fields: readonly Path<Values>[],
  setError: UseFormSetError<Values>,
): Error | null {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error));
  const placed = error.fields.filter(({ path, message }) => {
    const field = fields.find((name) => name === path.replace(/^body\./, ''));
    if (field) setError(field, { message });
    return field !== undefined;
  });
  return placed.length > 0 && placed.length === error.fields.length ? null : error;
}
