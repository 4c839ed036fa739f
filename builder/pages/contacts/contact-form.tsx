import { Alert, Button, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { BodyOf } from '#shared/api.ts';
import { useRead } from '../../api.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { placeFieldErrors } from '../../ui/field-errors.ts';

export type ContactValues = {
  name: string;
  email: string;
  phone: string;
  tags: string[];
  consent: 'given' | 'withdrawn' | 'unknown';
};
type Form = { initial: ContactValues; submitLabel: string; save: (values: ContactValues) => Promise<void> };

/** What the form says, as a change to a contact. */
export function editOf({ name, email, phone, tags, consent }: ContactValues): BodyOf<'updateContact'> {
  return {
    email: email.trim() || null,
    phone: phone.trim() || null,
    profile: { name: name.trim() || null },
    tags,
    ...(consent === 'unknown' ? {} : { consent }),
  };
}

/** The fields of a contact that people edit by hand. */
export function ContactForm({ initial, submitLabel, save }: Form) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const tags = useRead('listTags');
  const form = useForm<ContactValues>({ defaultValues: initial });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    try {
      await save(values);
    } catch (error) {
      const rest = placeFieldErrors<ContactValues>(error, ['email', 'phone', 'tags', 'consent'], form.setError);
      if (rest) form.setError('root', { message: errorText(rest) });
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <TextInput label={t('common.name')} data-autofocus {...form.register('name')} />
        <TextInput
          label={t('common.email')}
          type="email"
          error={errors.email?.message}
          {...form.register('email', {
            validate: (email) => email.trim() === '' || /^\S+@\S+\.\S+$/.test(email) || t('common.emailWrong'),
          })}
        />
        <TextInput label={t('contacts.phone')} type="tel" error={errors.phone?.message} {...form.register('phone')} />
        <Controller
          control={form.control}
          name="tags"
          render={({ field }) => (
            <TagsInput
              label={t('contacts.tags')}
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              data={tags.data?.rows ?? []}
              acceptValueOnBlur
              error={errors.tags?.message}
            />
          )}
        />
        <Controller
          control={form.control}
          name="consent"
          render={({ field }) => (
            <Select
              label={t('contacts.consentQuestion')}
              value={field.value}
              onChange={(chosen) => field.onChange(chosen ?? 'unknown')}
              allowDeselect={false}
              data={(initial.consent === 'unknown' ? (['unknown', 'given', 'withdrawn'] as const) : decided).map(
                (value) => ({
                  value,
                  label: t(`common.consent.${value}`),
                }),
              )}
            />
          )}
        />
        {errors.root ? (
          <Alert color="red" role="alert">
            {errors.root.message}
          </Alert>
        ) : null}
        <Button type="submit" loading={form.formState.isSubmitting}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}

const decided = ['given', 'withdrawn'] as const;
