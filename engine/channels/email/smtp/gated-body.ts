import { Readable } from 'node:stream';

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
    void this.openGate().then((open) => {
      if (!open || this.destroyed) return;
      this.push(this.bytes);
      this.push(null);
    });
  }
}
