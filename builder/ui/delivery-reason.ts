import { useTranslation } from 'react-i18next';

/** Words why a delivery is as it is; a mail server's answer is told by its code. */
export function useDeliveryReason(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => {
    const [, code] = /^smtp(\d{3})$/.exec(reason) ?? [];
    return code === undefined ? t(`contacts.reason.${reason}`, reason) : t('contacts.reason.smtp', { code });
  };
}
