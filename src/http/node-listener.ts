import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

export type RespondToMessage = (message: IncomingMessage, controller: AbortController) => Promise<Response>;

/** How long a client may go on sending a body that nobody will read. */
const lingerMilliseconds = 2_000;

/**
 * Lets something that answers with the fetch standard's Response answer Node's requests.
 *
 * @param respond  never rejects; its controller fires when the client goes away
 * @param isEnding  the server is about to stop: clients are told to open no further requests on their connections
 */
export function createNodeListener(respond: RespondToMessage, isEnding: () => boolean): RequestListener {
  return (message, response) => {
    const controller = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) controller.abort(new DOMException('The client went away.', 'AbortError'));
    });
    respond(message, controller)
      .then((answer) => send(answer, message, response, isEnding()))
      // What cannot be sent ends the connection, and nothing else.
      .catch(() => message.socket.destroy());
  };
}

async function send(
  answer: Response, message: IncomingMessage, response: ServerResponse, isEnding: boolean,
): Promise<void> {
  if (response.destroyed) return;
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name !== 'set-cookie') response.setHeader(name, value);
  }
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  if (isEnding) response.setHeader('connection', 'close');
  // Yoga keeps its answers as text, which needs no copy.
  const isText = answer.headers.get('content-type')?.includes('json');
  response.end(isText ? await answer.text() : Buffer.from(await answer.arrayBuffer()));
  if (!message.complete) stopReading(message);
}

/** The answer stands before the body has come: what still comes is thrown away, for a while. */
function stopReading(message: IncomingMessage): void {
  message.resume();
  const cut = setTimeout(() => message.socket.destroy(), lingerMilliseconds);
  message.once('end', () => clearTimeout(cut));
  message.once('close', () => clearTimeout(cut));
}
