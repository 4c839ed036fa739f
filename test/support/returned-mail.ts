import { createTransport } from 'nodemailer';

/** Hands a raw mail to a mail server, as the outside world's servers do. */
export async function deliverRaw(port: number, { to, raw }: { to: string; raw: string }): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    await transport.sendMail({ envelope: { from: '', to: [to] }, raw });
  } finally {
    transport.close();
  }
}

/** A delivery status notification, as RFC 3464 shows it. */
export function notification(
  { action, status, original = '' }: { action: string; status: string; original?: string },
  to = 'bounces@mail.shop.test',
): string {
  return lines(
    'From: Mail Delivery Subsystem <MAILER-DAEMON@mx.people.test>',
    `To: <${to}>`,
    'Subject: Returned mail',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
    'Auto-Submitted: auto-replied',
    '',
    '--=_report',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'The mail could not be handed on.',
    '',
    '--=_report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.people.test',
    'Arrival-Date: Thu, 1 May 1997 09:00:00 +0000',
    '',
    'Final-Recipient: rfc822; ada@people.test',
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status}`,
    ' and that over two lines',
    '',
    '--=_report',
    'Content-Type: message/rfc822',
    '',
    original || 'Subject: For you\r\n\r\nHello',
    '',
    '--=_report--',
    '',
  );
}

/** A complaint in the Abuse Reporting Format, RFC 5965. */
export function complaint({ feedback, original }: { feedback: string; original: string }): string {
  return lines(
    'From: <abuse@provider.test>',
    'To: <complaints@shop.test>',
    'Subject: FW: For you',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="=_report"',
    '',
    '--=_report',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is an abuse report.',
    '',
    '--=_report',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${feedback}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    '',
    '--=_report',
    'Content-Type: message/rfc822',
    'Content-Disposition: inline',
    '',
    original,
    '',
    '--=_report--',
    '',
  );
}

function lines(...all: string[]): string {
  return all.join('\r\n');
}
