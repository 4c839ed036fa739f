import i18next, { type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof languages;

type Texts = { [part: string]: string | Texts };

/** One JSON per area and language; its place is the first part of its keys: `contacts.title` is in contacts.json, `steps.wait.name` in steps/wait.json. */
const files = import.meta.glob<Texts>('../locales/**/*.json', { eager: true, import: 'default' });

function resources(language: Language): Texts {
  const all: Texts = {};
  for (const [path, texts] of Object.entries(files)) {
    const [, place] = path.replace('.json', '').split(`/${language}/`);
    const [area = '', kind] = place?.split('/') ?? [];
    if (area !== '') all[area] = kind === undefined ? texts : { ...within(all[area]), [kind]: texts };
  }
  return all;
}

function within(texts: Texts | string | undefined): Texts {
  return typeof texts === 'object' ? texts : {};
}

const STORED_LANGUAGE = 'pasture.language';

function firstLanguage(): Language {
  const wanted = localStorage.getItem(STORED_LANGUAGE) ?? navigator.language;
  return wanted.startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n: I18n = i18next.createInstance();
void i18n.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: 'en',
  resources: { en: { translation: resources('en') }, 'zh-CN': { translation: resources('zh-CN') } },
  interpolation: { escapeValue: false },
  initAsync: false,
});
document.documentElement.lang = i18n.language;

/** Changes the language of the whole page and remembers it in this browser. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(STORED_LANGUAGE, language);
  document.documentElement.lang = language;
  void i18n.changeLanguage(language);
}
