import { Alert, Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  /** What the button says. */
  submit: string;
  isSubmitting: boolean;
  /** What is wrong with the form as a whole. */
  error: string | undefined;
  onSubmit(): Promise<void>;
  children: ReactNode;
};

/** A form of the pages before anyone is signed in. */
export function OpenForm({ submit, isSubmitting, error, onSubmit, children }: Props) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <Stack gap="md">
        {children}
        {error ? (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        ) : null}
        <Button type="submit" size="md" loading={isSubmitting}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}
