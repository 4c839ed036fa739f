import { Badge, Button, createTheme, Modal, type MantineColorsTuple, Paper, Table, Tooltip } from '@mantine/core';

/** The one accent: a meadow green whose shade 7 carries white text at 5:1. */
const meadow: MantineColorsTuple = [
  '#eff7f0',
  '#dfeee2',
  '#bcdcc2',
  '#95c89f',
  '#73b680',
  '#5dab6c',
  '#3f9752',
  '#2a7d3f',
  '#206533',
  '#154e26',
];

/** Greys of the dark scheme, with a breath of the meadow; 7 is the card, 8 the page. */
const dark: MantineColorsTuple = [
  '#dce3dd',
  '#c0c9c2',
  '#a2aca4',
  '#78827a',
  '#3c443e',
  '#2f3631',
  '#262c28',
  '#1c211d',
  '#141815',
  '#0e110f',
];

export const theme = createTheme({
  colors: { meadow, dark },
  primaryColor: 'meadow',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: "'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Noto Sans SC Variable', monospace",
  headings: {
    fontFamily: "'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif",
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.75rem', lineHeight: '1.25' }, h2: { fontSize: '1.25rem', lineHeight: '1.35' } },
  },
  defaultRadius: 'md',
  radius: { md: '10px', lg: '16px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    Button: Button.extend({ defaultProps: { radius: 'md' }, styles: { root: { fontWeight: 550 } } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550, lts: 0 } }),
    Modal: Modal.extend({
      defaultProps: { radius: 'lg', centered: true, overlayProps: { backgroundOpacity: 0.35 } },
      styles: { title: { fontWeight: 650, fontSize: '1.125rem' } },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250 } }),
  },
});
