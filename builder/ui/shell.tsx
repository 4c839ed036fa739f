import { AppShell, Box, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from './error-state.tsx';
import { HeldBanner } from './held-banner.tsx';
import { LoadingPage } from './loading.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { useSession } from './session.ts';

const openPages = new Set(['/welcome', '/sign-in']);

/** The frame of every page: navigation for who is signed in, the bare page for who is not yet. */
export function Shell() {
  const { pathname } = useLocation();
  const session = useSession();
  if (openPages.has(pathname)) return <Outlet />;
  if (session.isError) return <ErrorState error={session.error} retry={() => void session.refetch()} />;
  if (!session.data) return <LoadingPage />;
  if (!session.data.user) return <Navigate to={session.data.hasOwner ? '/sign-in' : '/welcome'} />;
  return <SignedIn pathname={pathname} />;
}

function SignedIn({ pathname }: { pathname: string }) {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  // The editor needs the room, so there the navigation shrinks to its icons.
  const narrow = /^\/journeys\/.+/.test(pathname);
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      layout="alt"
      transitionDuration={150}
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: narrow ? 68 : 236, breakpoint: 'sm', collapsed: { mobile: !open } }}
    >
      <a href="#main" className="skip-link">
        {t('common.skipToContent')}
      </a>
      <AppShell.Header hiddenFrom="sm" withBorder px="md">
        <Group h="100%" justify="space-between">
          <Logo />
          <Burger opened={open} onClick={toggle} size="sm" aria-label={t('nav.menu')} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p={narrow ? 12 : 'md'} bg="var(--page-background)">
        <Navigation narrow={narrow && !open} onClose={open ? toggle : undefined} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Box id="main" tabIndex={-1} style={{ outline: 'none' }}>
          <HeldBanner />
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}
