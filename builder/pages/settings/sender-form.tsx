import { Alert, Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { SenderRow } from '#shared/api/messages.ts';
import { noLimits, type SenderLimits as Limits } from '#shared/sender.ts';
import { useChange } from '../../api.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { placeFieldErrors } from '../../ui/field-errors.ts';
import { SenderLimits } from './sender-limits.tsx';

type Values = {
  name: string;
  email: string;
  replyTo: string;
  postalAddress: string;
  bounceAddress: string;
  limits: Limits;
};

const plainFields = ['name', 'email', 'replyTo', 'postalAddress', 'bounceAddress'] as const;

const domainForm = /^[^\s@]+\.[^\s@.]{2,}$/;

/** What a sender is: who the mail is from, where answers and returned mails go, and how fast it may leave. */
export function SenderForm({ sender, onClose }: { sender: SenderRow | null; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const create = useChange('createSender', ['listSenders']);
  const update = useChange('updateSender', ['listSenders']);
  const form = useForm<Values>({
    defaultValues: {
      name: sender?.name ?? '',
      email: sender?.email ?? '',
      replyTo: sender?.replyTo ?? '',
      postalAddress: sender?.postalAddress ?? '',
      bounceAddress: sender?.bounceAddress ?? '',
      limits: sender?.limits ?? noLimits,
    },
  });
  const { errors } = form.formState;
  const required = t('common.required');
  const address = { value: /^\S+@\S+\.\S+$/, message: t('common.emailWrong') };
  const submit = form.handleSubmit(async (values) => {
    const optional = (text: string) => text.trim() || null;
    const body = {
      ...values,
      replyTo: optional(values.replyTo),
      bounceAddress: optional(values.bounceAddress),
    };
    try {
      await (sender ? update.mutateAsync({ params: { id: sender.id }, body }) : create.mutateAsync({ body }));
      onClose();
    } catch (error) {
      const rest = placeFieldErrors<Values>(error, plainFields, form.setError);
      if (rest) form.setError('root', { message: errorText(rest) });
    }
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(sender ? 'settings.senders.edit' : 'settings.senders.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={t('settings.senders.name')}
            placeholder="Pasture Shop"
            data-autofocus
            error={errors.name?.message}
            {...form.register('name', { required })}
          />
          <TextInput
            label={t('settings.senders.email')}
            type="email"
            placeholder="hello@example.com"
            error={errors.email?.message}
            {...form.register('email', { required, pattern: address })}
          />
          <TextInput
            label={t('settings.senders.replyTo')}
            description={t('settings.senders.replyToAbout')}
            type="email"
            error={errors.replyTo?.message}
            {...form.register('replyTo', { pattern: address })}
          />
          <Textarea
            label={t('settings.senders.postalAddress')}
            description={t('settings.senders.postalAbout')}
            autosize
            minRows={2}
            error={errors.postalAddress?.message}
            {...form.register('postalAddress', { required })}
          />
          <TextInput
            label={t('settings.senders.bounceAddress')}
            description={t('settings.senders.bounceAbout')}
            type="email"
            placeholder="bounces@mail.example.com"
            error={errors.bounceAddress?.message}
            {...form.register('bounceAddress', { pattern: address })}
          />
          <Controller
            control={form.control}
            name="limits"
            rules={{
              validate: ({ domains }) =>
                domains.every(({ domain }) => domainForm.test(domain.trim())) || t('settings.senders.domainWrong'),
            }}
            render={({ field: { value, onChange } }) => (
              <SenderLimits limits={value} onChange={onChange} error={errors.limits?.message} />
            )}
          />
          {errors.root ? (
            <Alert color="red" role="alert">
              {errors.root.message}
            </Alert>
          ) : null}
          <Button type="submit" loading={form.formState.isSubmitting}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
