// The step kinds, a line each: their union, schemas and tables all follow from here.
export { message } from './message.ts';
export { coupon } from './coupon.ts';
export { wait } from './wait.ts';
export { waitForEvent as 'wait-for-event' } from './wait-for-event.ts';
export { branch } from './branch.ts';
export { exit } from './exit.ts';
