// How each step kind looks, a line each.
export { message } from './message.tsx';
export { coupon } from './coupon.tsx';
export { wait } from './wait.tsx';
export { waitForEvent as 'wait-for-event' } from './wait-for-event.tsx';
export { branch } from './branch.tsx';
export { exit } from './exit.tsx';
