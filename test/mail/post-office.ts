import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What a mail server does with a recipient that it does not simply serve. */
export type Misbehaviour =
  /** Answers so at this step: `550 5.1.1 No such user`. */
  | { at: 'mail' | 'rcpt' | 'data'; reply: string }
  /** Says nothing more, from this step on. */
  | { at: 'rcpt' | 'data'; stall: true }
  /** Breaks the connection: before it has taken the mail, in the middle of it, or after, before it could say so. */
  | { drop: 'beforeData' | 'midData' | 'afterData' }
  /** Takes the mail, and never says so. */
  | { silent: true };

export type ReceivedMail = {
  from: string;
  to: string[];
  raw: string;
  messageId: string;
};

/** A real mail server on this machine, that does as it is told, and keeps what it takes. */
export type PostOffice = {
  url: string;
  /** What was taken, in its order: also what the sender has not been told of. */
  received: ReceivedMail[];
  /** Everything that senders have said, byte by byte. */
  wire(): string;
  behave(how: (recipient: string) => Misbehaviour | null): void;
  close(): Promise<void>;
};

export async function openPostOffice(port = 0): Promise<PostOffice> {
  const received: ReceivedMail[] = [];
  const said: Buffer[] = [];
  let behaviour: (recipient: string) => Misbehaviour | null = () => null;
  /** What each session's mail meets: one fate for each attempt. */
  const met = new Map<string, Misbehaviour | null>();
  const sockets = new Set<Socket>();
  const cut = (remotePort: number) => {
    for (const socket of sockets) if (socket.localPort === remotePort) socket.destroy();
  };

  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], logger: false,
    onRcptTo({ address }, session, callback) {
      const how = behaviour(address);
      met.set(session.id, how);
      if (how && 'drop' in how && how.drop === 'beforeData') return cut(session.remotePort);
      if (how && 'stall' in how && how.at === 'rcpt') return;
      callback(how && 'reply' in how && how.at !== 'data' ? refusal(how.reply) : null);
    },
    onData(stream, session, callback) {
      const { mailFrom, rcptTo } = session.envelope;
      const to = rcptTo.map(({ address }) => address);
      const how = met.get(session.id) ?? null;
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (how && 'drop' in how && how.drop === 'midData') cut(session.remotePort);
      });
      stream.on('end', () => {
        if (how && 'stall' in how) return;
        if (how && 'drop' in how && how.drop === 'midData') return;
        if (how && 'reply' in how) return callback(refusal(how.reply));
        const raw = Buffer.concat(chunks).toString('utf8');
        const messageId = /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? '';
        received.push({ from: mailFrom ? mailFrom.address : '', to, raw, messageId });
        if (how && 'silent' in how) return;
        if (how && 'drop' in how) return cut(session.remotePort);
        callback(null, 'taken');
      });
    },
  });
  server.on('error', () => {});
  const inner = server.listen(0, '127.0.0.1');
  await once(inner, 'listening');

  // In front of it, to hear every byte, and to be able to hang up.
  const front = createServer((client) => {
    const behind = connect((inner.address() as AddressInfo).port, '127.0.0.1');
    sockets.add(client).add(behind);
    client.on('data', (chunk) => said.push(chunk));
    client.pipe(behind).pipe(client);
    for (const [socket, other] of [[client, behind], [behind, client]] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  front.listen(port, '127.0.0.1');
  await once(front, 'listening');
  return {
    url: `smtp://127.0.0.1:${(front.address() as AddressInfo).port}`,
    received,
    wire: () => Buffer.concat(said).toString('latin1'),
    behave: (how) => { behaviour = how; },
    async close() {
      for (const socket of sockets) socket.destroy();
      front.close();
      await new Promise<void>((resolve) => { server.close(resolve); });
    },
  };
}

function refusal(reply: string): Error {
  const [, code, text] = /^(\d{3}) (.*)$/.exec(reply)!;
  return Object.assign(new Error(text), { responseCode: Number(code) });
}
