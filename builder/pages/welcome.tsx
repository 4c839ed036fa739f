import { PasswordInput, Progress, Text, TextInput } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useChange } from '../api.ts';
import { useErrorText } from '../ui/error-text.ts';
import { placeFieldErrors } from '../ui/field-errors.ts';
import { OpenForm } from '../ui/open-form.tsx';
import { OpenFrame } from '../ui/open-frame.tsx';
import { useComeIn, useSession } from '../ui/session.ts';
import { LinkButton } from '../ui/link-button.tsx';

type Owner = { name: string; email: string; password: string };
const PASSWORD_LENGTH = 10;

/** The first visit: the printed link's token makes the visitor the owner. */
export function WelcomePage() {
  const { t } = useTranslation();
  const { token } = useSearch({ from: '/welcome' });
  const session = useSession();
  if (session.data?.hasOwner) {
    return (
      <OpenFrame title={t('welcome.takenTitle')} about={t('welcome.takenAbout')}>
        <LinkButton to="/sign-in" size="md">
          {t('signIn.submit')}
        </LinkButton>
      </OpenFrame>
    );
  }
  if (!token)
    return (
      <OpenFrame title={t('welcome.title')} about={t('welcome.linkNeeded')}>
        {null}
      </OpenFrame>
    );
  return (
    <OpenFrame title={t('welcome.title')} about={t('welcome.about')}>
      <OwnerForm token={token} />
    </OpenFrame>
  );
}

function OwnerForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const comeIn = useComeIn();
  const errorText = useErrorText();
  const create = useChange('createOwner');
  const form = useForm<Owner>({ defaultValues: { name: '', email: '', password: '' } });
  const { errors } = form.formState;
  const password = useWatch({ control: form.control, name: 'password' });
  const submit = form.handleSubmit(async (owner) => {
    try {
      const user = await create.mutateAsync({ body: { ...owner, token } });
      await comeIn(user);
    } catch (error) {
      const rest = placeFieldErrors<Owner>(error, ['name', 'email', 'password'], form.setError);
      if (rest) form.setError('root', { message: errorText(rest) });
    }
  });
  return (
    <OpenForm
      submit={t('welcome.submit')}
      isSubmitting={form.formState.isSubmitting}
      error={errors.root?.message}
      onSubmit={submit}
    >
      <TextInput
        label={t('welcome.yourName')}
        size="md"
        autoComplete="name"
        autoFocus
        error={errors.name?.message}
        {...form.register('name', { required: t('common.required') })}
      />
      <TextInput
        label={t('common.email')}
        size="md"
        type="email"
        autoComplete="username"
        error={errors.email?.message}
        {...form.register('email', {
          required: t('common.required'),
          pattern: { value: /^\S+@\S+\.\S+$/, message: t('common.emailWrong') },
        })}
      />
      <PasswordInput
        label={t('welcome.password')}
        size="md"
        autoComplete="new-password"
        error={errors.password?.message}
        {...form.register('password', {
          required: t('common.required'),
          minLength: { value: PASSWORD_LENGTH, message: t('welcome.passwordShort', { count: PASSWORD_LENGTH }) },
        })}
      />
      <Strength password={password} />
    </OpenForm>
  );
}

/** Length is what makes a password strong, so that is what is measured, with a little for variety. */
function Strength({ password }: { password: string }) {
  const { t } = useTranslation();
  const variety = new Set(password).size;
  const strong = password.length >= 14 && variety >= 8;
  const enough = password.length >= PASSWORD_LENGTH && variety >= 5;
  const word = strong ? 'strong' : enough ? 'enough' : 'short';
  return (
    <div aria-live="polite">
      <Progress
        size={5}
        value={Math.min(100, (password.length / 14) * 100)}
        color={enough ? 'meadow' : 'yellow.8'}
        aria-label={t('welcome.strength')}
      />
      <Text size="xs" className="quiet" mt={6}>
        {t(`welcome.strengthOf.${word}`, { count: PASSWORD_LENGTH })}
      </Text>
    </div>
  );
}
