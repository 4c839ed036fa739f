import { Box } from '@mantine/core';
import { createContext, type FocusEvent, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/problem.ts';

/** What is wrong with the thing whose form this is, and beside which of its fields that may be said already. */
export type Check = { problems: readonly Problem[]; isShown(path: string): boolean; touch(path: string): void };

export const FormCheck = createContext<Check>({ problems: [], isShown: () => true, touch: () => {} });

type Props = { path: string; children: (error: string | null) => ReactNode };

/** Marks a field by its path, so that a problem finds it, and hands it the wording of what is wrong with it once it was left. */
export function Field({ path, children }: Props) {
  const { problems, isShown, touch } = useContext(FormCheck);
  const problem = problems.find(({ field }) => field === path || (field !== null && field.startsWith(`${path}.`)));
  const word = useProblemText();
  const leave = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) touch(path);
  };
  return (
    <Box data-field={path} onBlur={leave}>
      {children(problem && isShown(path) ? word(problem) : null)}
    </Box>
  );
}

/** Words a problem from its code and detail. */
export function useProblemText(): (problem: Problem) => string {
  const { t } = useTranslation();
  return ({ code, detail }) => t(`problems.${code}`, { context: detail, detail });
}

/** Brings the keyboard to the field with this path, or to the nearest one around it. */
export function focusField(path: string): void {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const field = document.querySelector(`[data-field="${parts.slice(0, length).join('.')}"]`);
    const input = field?.querySelector('[aria-invalid="true"]') ?? field?.querySelector('input, textarea, button');
    if (input instanceof HTMLElement) {
      input.scrollIntoView({ block: 'center', behavior: 'smooth' });
      input.focus({ preventScroll: true });
      return;
    }
  }
}
