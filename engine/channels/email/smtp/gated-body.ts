import { setTimeout as pause } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { crashPoint, isArmed } from '../../../crash-points.ts';

/** Long enough for bytes to have left before the process dies. */
const ON_THE_WIRE_MS = 50;

/**
 * A mail's bytes behind a gate: nothing is yielded until the stream is read, which nodemailer does only after the
 * server's 354, and then only when the gate opens. One that stays shut neither ends nor destroys the stream: an ended
 * stream is an empty mail that the server would accept.
 */
export class GatedBody extends Readable {
  private asked = false;
  private readonly bytes: Buffer;
  private readonly openGate: () => Promise<boolean>;

  constructor(bytes: Buffer, openGate: () => Promise<boolean>) {
    super({ highWaterMark: bytes.length + 1 });
    this.bytes = bytes;
    this.openGate = openGate;
  }

  override _read(): void {
    if (this.asked) return;
    this.asked = true;
    void this.openGate().then(async (open) => {
      if (!open || this.destroyed) return;
      const half = isArmed('half-sent') ? await this.pushHalf() : 0;
      if (isArmed('dot-sent')) this.once('end', () => setTimeout(crashPoint, ON_THE_WIRE_MS, 'dot-sent'));
      this.push(this.bytes.subarray(half));
      this.push(null);
    });
  }

  private async pushHalf(): Promise<number> {
    const half = this.bytes.length >> 1;
    this.push(this.bytes.subarray(0, half));
    await pause(ON_THE_WIRE_MS);
    crashPoint('half-sent');
    return half;
  }
}
