import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const schemes = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } satisfies Record<
  MantineColorScheme,
  unknown
>;

/** Menu entries that turn the builder light or dark, or let the device say; kept in this browser. */
export function SchemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const entry = (scheme: MantineColorScheme) => {
    const Icon = schemes[scheme];
    return (
      <Menu.Item
        key={scheme}
        role="menuitemradio"
        aria-checked={colorScheme === scheme}
        leftSection={<Icon size={16} />}
        rightSection={colorScheme === scheme ? <IconCheck size={15} /> : null}
        onClick={() => setColorScheme(scheme)}
      >
        {t(`nav.schemes.${scheme}`)}
      </Menu.Item>
    );
  };
  return (
    <>
      <Menu.Label>{t('nav.scheme')}</Menu.Label>
      {entry('light')}
      {entry('dark')}
      {entry('auto')}
    </>
  );
}
