import { useTranslation } from 'react-i18next';
import type { Target } from '#shared/brief.ts';
import { DurationUnit } from '#shared/duration.ts';
import type { Moment } from '#shared/moment.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import { momentValues } from '#shared/steps/wait.ts';
import { useFormats } from '../ui/formats.ts';
import { weekdayNames } from '../ui/moment-input.tsx';
import { useEditor } from './editor.ts';
import { outcomesOf } from './drawing.ts';

type Values = Record<string, string | number>;

/** How steps, their outcomes and their briefs are put in one line. */
export function useWording() {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const steps = useEditor((editor) => editor.drawing.steps);

  /** The raw values of a summary and, beside them, what of it people read: durations, days, money, a coupon's name. */
  const readable = (values: Values): Values => {
    const { amount, unit, weekdays, at, minor, currency, coupon } = values;
    const knownUnit = DurationUnit.safeParse(unit);
    return {
      ...values,
      ...(knownUnit.success ? { duration: formats.duration({ amount: Number(amount), unit: knownUnit.data }) } : {}),
      ...(weekdays === undefined
        ? {}
        : {
            days: String(weekdays)
              .split(',')
              .map((day) => weekdayNames(i18n.language)[Number(day) - 1] ?? '')
              .join(', '),
          }),
      ...(at === undefined ? {} : { date: formats.instant(String(at)) }),
      ...(minor === undefined ? {} : { money: formats.money({ minor: Number(minor), currency: String(currency) }) }),
      ...(coupon === undefined
        ? {}
        : { coupon: steps.find(({ id }) => id === coupon)?.name ?? t('canvas.missingStep') }),
    };
  };

  /** An empty word gets a text of its own, and a moment says whether it lies before the instant it names. */
  const contextOf = (values: Values): string | undefined => {
    if (Object.values(values).some((value) => value === '')) return 'empty';
    return 'amount' in values && Number(values['amount']) > 0 ? 'before' : undefined;
  };

  const worded = (key: string, values: Values): string => {
    const context = contextOf(values);
    return t(key, { ...readable(values), ...(context ? { context } : {}) });
  };

  return {
    summary: (step: Step) => {
      const { key, values } = definitionOf(step).summary(step);
      return worded(key, values);
    },
    moment: (moment: Moment) => worded(`moments.${moment.kind}`, momentValues(moment)),
    /** An outcome's name; nothing where the step has only one. */
    outcome: (step: Step, id: string) => {
      const outcomes = outcomesOf(step);
      const found = outcomes.find((outcome) => outcome.id === id);
      return outcomes.length < 2 ? '' : (found?.label ?? t(`steps.${step.kind}.outcomes.${id}`));
    },
    format: (step: Step) =>
      definitionOf(step).message(step) === null
        ? null
        : t(`steps.${step.kind}.format`, readable(definitionOf(step).summary(step).values)),
    target: (target: Target) =>
      target.kind === 'share'
        ? t('brief.share', { percent: formats.number(target.percent) })
        : t('brief.count', { count: target.count }),
  };
}
