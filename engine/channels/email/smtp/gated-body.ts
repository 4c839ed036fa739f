import { setTimeout as pause } from 'node:timers/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { crashPoint, isArmed } from '../../../crash-points.ts';

/** Long enough for bytes to have left before the process dies. */
const ON_THE_WIRE_MS = 50;

/** Where the bytes go, if there is still a connection. */
type Wire = () => Writable | false | null;

/**
 * A mail's bytes behind a gate: nodemailer pipes a mail only after the server's 354, and only then the gate is asked.
 * They go to the wire in one write, their end with them, where nodemailer's own stream would look at each byte and write
 * twice. While the gate stays shut nothing is written, not even the end: that would be an empty mail that the server
 * would accept.
 */
export class GatedBody extends Readable {
  private readonly bytes: Buffer;
  private readonly wire: Wire;
  private readonly openGate: () => Promise<boolean>;

  constructor(bytes: Buffer, { wire, openGate }: { wire: Wire; openGate: () => Promise<boolean> }) {
    super();
    this.bytes = bytes;
    this.wire = wire;
    this.openGate = openGate;
  }

  override pipe<Way extends NodeJS.WritableStream>(way: Way): Way {
    // Nodemailer's way to the socket, which is not taken.
    if (way instanceof Transform) way.unpipe().destroy();
    void this.openGate().then((open) => (open ? this.leave() : undefined));
    return way;
  }

  private async leave(): Promise<void> {
    const wire = this.wire();
    if (this.destroyed || !wire) return;
    const bytes = onTheWire(this.bytes);
    const half = isArmed('half-sent') ? bytes.length >> 1 : 0;
    if (half > 0) {
      wire.write(bytes.subarray(0, half));
      await pause(ON_THE_WIRE_MS);
      crashPoint('half-sent');
    }
    wire.write(bytes.subarray(half));
    if (isArmed('dot-sent')) setTimeout(crashPoint, ON_THE_WIRE_MS, 'dot-sent');
  }
}

const LINE_DOT = '\r\n.';
const [DOT, END, LINE_END] = [Buffer.from('.'), Buffer.from('.\r\n'), Buffer.from('\r\n')];

/**
 * A mail as it stands between the 354 and the answer (RFC 5321, 4.5.2): a dot before each line's first dot, one alone at
 * the end. Its lines end in CRLF, as `composeMime` makes them.
 */
export function onTheWire(mail: Buffer): Buffer {
  const parts: Buffer[] = mail[0] === DOT[0] ? [DOT] : [];
  let from = 0;
  for (let at = mail.indexOf(LINE_DOT); at !== -1; at = mail.indexOf(LINE_DOT, at + 1)) {
    const dot = at + LINE_END.length;
    parts.push(mail.subarray(from, dot), DOT);
    from = dot;
  }
  const ended = mail.subarray(-LINE_END.length).equals(LINE_END);
  return Buffer.concat([...parts, mail.subarray(from), ...(ended ? [] : [LINE_END]), END]);
}
