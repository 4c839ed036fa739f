import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type StepFormProps<S> = { step: S; onChange(step: S): void };

/** How a step kind looks: its icon and colour on the card, its place in the palette (the lowest first), and the form of what is its own. */
export type StepFace<S> = { icon: Icon; color: string; palette: number; Form(props: StepFormProps<S>): ReactNode };
