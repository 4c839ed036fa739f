import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../ui/page-frame.tsx';
import { FailedEvents } from './settings/failed-events.tsx';
import { Keys } from './settings/keys.tsx';
import { Pools } from './settings/pools.tsx';
import { Senders } from './settings/senders.tsx';
import { StatusPanel } from './settings/status-panel.tsx';
import { Workspace } from './settings/workspace.tsx';

const panels = {
  senders: Senders,
  keys: Keys,
  pools: Pools,
  workspace: Workspace,
  events: FailedEvents,
  status: StatusPanel,
} as const;
type Tab = keyof typeof panels;
const tabs: readonly Tab[] = ['senders', 'keys', 'pools', 'workspace', 'events', 'status'];

/** Senders, keys, coupon pools, the workspace and what it runs on; the tab is part of the address. */
export function SettingsPage() {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const shown = tabs.find((each) => each === tab) ?? 'senders';
  return (
    <PageFrame title={t('settings.title')} about={t('settings.about')}>
      <Tabs
        value={shown}
        onChange={(chosen) => void navigate({ search: { tab: chosen ?? undefined } })}
        keepMounted={false}
      >
        <Tabs.List mb="lg" className="scrolling-tabs">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} {...(each === shown ? { ref: bringIntoView } : {})}>
              {t(`settings.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((each) => {
          const Panel = panels[each];
          return (
            <Tabs.Panel key={each} value={each}>
              <Panel />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </PageFrame>
  );
}

/** On a phone the tabs are wider than the page, and grow once more when their letters have come. */
function bringIntoView(tab: HTMLElement | null): void {
  const bring = (): void => tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  bring();
  void document.fonts.ready.then(bring);
}
