import { PasswordInput, TextInput } from '@mantine/core';
import { Navigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ApiError, useChange } from '../api.ts';
import { useErrorText } from '../ui/error-text.ts';
import { OpenForm } from '../ui/open-form.tsx';
import { OpenFrame } from '../ui/open-frame.tsx';
import { useComeIn, useSession } from '../ui/session.ts';

type Credentials = { email: string; password: string };

export function SignInPage() {
  const { t } = useTranslation();
  const session = useSession();
  if (session.data?.user) return <Navigate to="/" />;
  if (session.data && !session.data.hasOwner) return <Navigate to="/welcome" />;
  return (
    <OpenFrame title={t('signIn.title')} about={t('signIn.about')}>
      <CredentialsForm />
    </OpenFrame>
  );
}

function CredentialsForm() {
  const { t } = useTranslation();
  const comeIn = useComeIn();
  const errorText = useErrorText();
  const signIn = useChange('signIn');
  const form = useForm<Credentials>({ defaultValues: { email: '', password: '' } });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async (credentials) => {
    try {
      const user = await signIn.mutateAsync({ body: credentials });
      await comeIn(user);
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401;
      form.setError('root', { message: wrong ? t('signIn.wrong') : errorText(error) });
    }
  });
  return (
    <OpenForm
      submit={t('signIn.submit')}
      isSubmitting={form.formState.isSubmitting}
      error={errors.root?.message}
      onSubmit={submit}
    >
      <TextInput
        label={t('common.email')}
        size="md"
        type="email"
        autoComplete="username"
        autoFocus
        error={errors.email?.message}
        {...form.register('email', { required: t('common.required') })}
      />
      <PasswordInput
        label={t('welcome.password')}
        size="md"
        autoComplete="current-password"
        error={errors.password?.message}
        {...form.register('password', { required: t('common.required') })}
      />
    </OpenForm>
  );
}
