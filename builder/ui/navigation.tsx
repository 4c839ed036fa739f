import { ActionIcon, Burger, Group, Menu, Stack, Tooltip, UnstyledButton } from '@mantine/core';
import {
  IconAddressBook,
  IconFileImport,
  IconHome,
  IconInbox,
  IconLanguage,
  IconLogout,
  IconRoute,
  IconSend,
  IconSettings,
  IconUserCircle,
  IconUsersGroup,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from './i18n.ts';
import { Logo } from './logo.tsx';
import { SchemeChoice } from './scheme-choice.tsx';
import { useSession, useSignOut } from './session.ts';

const places = [
  { to: '/', key: 'home', Icon: IconHome },
  { to: '/journeys', key: 'journeys', Icon: IconRoute },
  { to: '/contacts', key: 'contacts', Icon: IconAddressBook },
  { to: '/segments', key: 'segments', Icon: IconUsersGroup },
  { to: '/imports', key: 'imports', Icon: IconFileImport },
  { to: '/deliveries', key: 'deliveries', Icon: IconSend },
  { to: '/inbox', key: 'inbox', Icon: IconInbox },
  { to: '/settings', key: 'settings', Icon: IconSettings },
] as const;

/** The way to every page; `narrow` shows icons only, their names as tooltips. */
export function Navigation({ narrow, onClose }: { narrow: boolean; onClose: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <Stack h="100%" justify="space-between" gap="md">
      <Stack gap={28}>
        <Group px={narrow ? 7 : 8} pt={6} justify="space-between">
          <Link to="/" style={{ color: 'inherit', textDecoration: 'none' }} aria-label="Pasture">
            <Logo wordless={narrow} />
          </Link>
          <Burger opened onClick={onClose} size="sm" hiddenFrom="sm" aria-label={t('nav.close')} />
        </Group>
        <Stack component="nav" gap={4} aria-label={t('nav.menu')}>
          {places.map(({ to, key, Icon }) => (
            <Tooltip key={to} label={t(`nav.${key}`)} position="right" disabled={!narrow}>
              <Link to={to} className="nav-link" activeOptions={{ exact: to === '/' }} aria-label={t(`nav.${key}`)}>
                <Icon size={20} stroke={1.7} aria-hidden style={{ flex: 'none' }} />
                {narrow ? null : t(`nav.${key}`)}
              </Link>
            </Tooltip>
          ))}
        </Stack>
      </Stack>
      <Stack gap={4}>
        <LanguageSwitch narrow={narrow} />
        <UserMenu narrow={narrow} />
      </Stack>
    </Stack>
  );
}

function UserMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  const session = useSession();
  const signOut = useSignOut();
  const user = session.data?.user;
  return (
    <Menu position="top-start" width={230}>
      <Menu.Target>
        <UnstyledButton className="nav-link" aria-label={t('nav.account')}>
          <IconUserCircle size={20} stroke={1.7} aria-hidden style={{ flex: 'none' }} />
          {narrow ? null : <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{user?.name}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user?.email}</Menu.Label>
        <SchemeChoice />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t('nav.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Switches the builder's language; each is named in itself. */
export function LanguageSwitch({ narrow }: { narrow?: boolean }) {
  const { t, i18n } = useTranslation();
  const current = languages[i18n.language === 'zh-CN' ? 'zh-CN' : 'en'];
  return (
    <Menu position="top-start">
      <Menu.Target>
        {narrow ? (
          <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('nav.language')}>
            <IconLanguage size={20} stroke={1.7} />
          </ActionIcon>
        ) : (
          <UnstyledButton className="nav-link" aria-label={t('nav.language')}>
            <IconLanguage size={20} stroke={1.7} aria-hidden />
            {current}
          </UnstyledButton>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {languageChoices.map(([language, name]) => (
          <Menu.Item key={language} lang={language} onClick={() => chooseLanguage(language)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const languageChoices: readonly [Language, string][] = [
  ['en', languages.en],
  ['zh-CN', languages['zh-CN']],
];
