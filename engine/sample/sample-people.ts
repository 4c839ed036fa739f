import type { Traits } from '#shared/contact.ts';

const firstNames = (
  'Ada Ben Clara David Elif Felix Grace Hugo Ines Jonas Keiko Liam Mei Noah Olga Paul Qing Rosa Samir Tara ' +
  'Uwe Vera Wei Xenia Yusuf Zoe Amir Bruna Carlos Dina Emil Freya Goran Hana Ivan Jana Kofi Lucia Marek Nadia'
).split(' ');
const lastNames = (
  'Adler Brooks Costa Diaz Evans Fischer Garcia Hansen Ito Jansen Keller Lopez Meyer Novak Okafor Park Quinn ' +
  'Rossi Silva Tanaka Ueda Varga Weber Xu Yilmaz Zhang Andersson Bauer Chen Dubois Eriksen Ferrari Greene Huang'
).split(' ');
const homes = [
  { country: 'United States', timezone: 'America/New_York' },
  { country: 'United States', timezone: 'America/Los_Angeles' },
  { country: 'Germany', timezone: 'Europe/Berlin' },
  { country: 'United Kingdom', timezone: 'Europe/London' },
  { country: 'China', timezone: 'Asia/Shanghai' },
  { country: 'Brazil', timezone: 'America/Sao_Paulo' },
] as const;

/** The made-up person behind a customer's number; the same number is always the same person. */
export function samplePerson(customer: string): Traits {
  const number = Number(customer);
  const firstName = firstNames[(number * 7) % firstNames.length];
  const lastName = lastNames[(number * 11 + Math.floor(number / 40)) % lastNames.length];
  return { firstName, lastName, ...homes[number % homes.length] };
}

/** A sample customer's address, on a domain kept for examples. */
export function sampleAddress(customer: string): string {
  return `customer-${customer}@sample.example.com`;
}
