import { signal } from '@preact/signals';
import type { Way } from './link.ts';
import type { Answer, Example, Models, PictureAdded, ProblemBody, Strategies } from './types.ts';

/** What went wrong, as a person is told it. */
export class Problem extends Error {
  readonly code: string;
  /** What to do next; may be empty. */
  readonly hint: string;

  constructor(code: string, sentence: string, hint = '') {
    super(sentence);
    this.code = code;
    this.hint = hint;
  }
}

/** Anything thrown, as a problem. */
export const asProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem
    ? thrown
    : new Problem('internal', 'Something went wrong in this page.', 'Load it again, and try once more.');

const KEPT_AS = 'spotter-token';

interface TokenWanted {
  /** Whether one was shown and not accepted. */
  readonly wasWrong: boolean;
  readonly give: (token: string | undefined) => void;
}

/** Set while the page waits for a token to be typed. */
export const tokenWanted = signal<TokenWanted | undefined>(undefined);
/** How often a token was typed. */
export const tokensGiven = signal(0);
let asked: Promise<string | undefined> | undefined;

/** Asks for a token, once for all that wait for it. */
function askForToken(wasWrong: boolean): Promise<string | undefined> {
  asked ??= new Promise<string | undefined>((give) => {
    tokenWanted.value = { wasWrong, give };
  }).then((token) => {
    tokenWanted.value = undefined;
    asked = undefined;
    if (token) {
      sessionStorage.setItem(KEPT_AS, token);
      tokensGiven.value++;
    }
    return token;
  });
  return asked;
}

/** @throws Problem whatever is wrong; where a token is needed it is asked for first */
async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const token = sessionStorage.getItem(KEPT_AS);
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers }).catch((thrown: unknown) => {
    if (init.signal?.aborted) throw new Problem('cancelled', 'The question was cancelled.');
    console.debug(thrown);
    throw new Problem('offline', 'The server does not answer.', 'See whether it still runs, and try again.');
  });
  if (response.status === 401) {
    // Another request may have been given one meanwhile.
    const newer = sessionStorage.getItem(KEPT_AS);
    if (newer !== token || (await askForToken(token !== null))) return request(path, init);
    throw new Problem('not-allowed', 'A token is needed.', 'Try again to enter it.');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

const toProblem = ({ code = 'internal', title = 'Something went wrong.', detail = '' }: ProblemBody) =>
  new Problem(code, title, detail);

const problemOf = async (response: Response): Promise<Problem> =>
  toProblem((await response.json().catch(() => ({}))) as ProblemBody);

const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await (await request(path, init)).json()) as T;
const blob = async (path: string): Promise<Blob> => (await request(path)).blob();

export interface Question extends Way {
  readonly expression: string;
  readonly picture: string;
  /** The id of the answer that this question follows up. */
  readonly after?: string;
}

export interface Told {
  readonly signal?: AbortSignal;
  /** How many are ahead. */
  readonly onPosition?: (ahead: number) => void;
  readonly onStep?: (name: string) => void;
}

export const api = {
  examples: async () => (await json<{ examples: Example[] }>('/examples')).examples,
  example: (file: string) => blob(`/examples/${encodeURIComponent(file)}`),
  models: async () => (await json<{ models: Models }>('/api/v1/models')).models,
  strategies: () => json<Strategies>('/api/v1/strategies'),
  async addPicture(image: Blob): Promise<string> {
    const body = new FormData();
    body.set('image', image, 'picture');
    const added = await json<PictureAdded>('/api/v1/pictures', { method: 'POST', body });
    return added.id;
  },
  pictureImage: (id: string) => blob(`/api/v1/pictures/${id}/image`),
  answer: (id: string) => json<Answer>(`/api/v1/answers/${id}?trace=1`),
  answerImage: (id: string, candidates: boolean) =>
    blob(`/api/v1/answers/${id}/image${candidates ? '?candidates=1' : ''}`),
  pick: (id: string, number: number) =>
    json<Answer>(`/api/v1/answers/${id}/pick?trace=1`, { method: 'POST', ...asJson({ number }) }),
  find,
};

const asJson = (body: unknown) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

/** Asks, and tells how far it is. @throws Problem */
async function find(question: Question, { signal, onPosition, onStep }: Told = {}): Promise<Answer> {
  const { body, headers } = asJson(question);
  const response = await request('/api/v1/find?trace=1', {
    method: 'POST',
    body,
    headers: { ...headers, accept: 'text/event-stream' },
    signal: signal ?? null,
  });
  let answer: Answer | undefined;
  try {
    for await (const { event, data } of events(response.body!)) {
      const told = JSON.parse(data);
      if (event === 'position') onPosition?.(told.ahead);
      if (event === 'step') onStep?.(told.name);
      if (event === 'problem') throw toProblem(told);
      if (event === 'answer') answer = told;
    }
  } catch (thrown) {
    if (signal?.aborted) throw new Problem('cancelled', 'The question was cancelled.');
    if (thrown instanceof Problem) throw thrown;
  }
  if (answer) return answer;
  throw new Problem('offline', 'The connection broke off before the answer.', 'Try again.');
}

/** Server-sent events. */
export async function* events(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly event: string; readonly data: string }> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = block.split('\n').map((line) => line.split(/: ?(.*)/s, 2));
        const fieldOf = (name: string) => fields.flatMap(([n, v = '']) => (n === name ? [v] : [])).join('\n');
        yield { event: fieldOf('event'), data: fieldOf('data') };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
