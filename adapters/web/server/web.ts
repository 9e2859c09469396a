import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { VERSION } from '../../../src/config.ts';
import { SpotterError } from '../../../src/errors.ts';
import { once } from '../../../src/once.ts';
import { boundRequests, closeWithin, listenAt, serverOptions } from '../../../src/service/listen.ts';
import { answerAgent } from '../mcp/http.ts';
import { MAX_MESSAGE_BYTES } from '../mcp/tools.ts';
import type { Token } from '../settings.ts';
import {
  askerOf,
  type Env,
  noOtherPages,
  onlyKnownHosts,
  onlyWithPassword,
  onlyWithToken,
} from './access.ts';
import { type ApiDeps, createApi, DOCUMENT, limited } from './api.ts';
import { EXAMPLE_PHOTOS, exampleOf, pageScript, pageStyles } from './assets.ts';
import { BOARD_PATH, type BoardPages } from './board.ts';
import { docsFile } from './docs.ts';
import { answerFile, fileOf } from './file.ts';
import { answerProblem, problemsFor } from './problems.ts';

export interface WebOptions extends ApiDeps {
  /** Told what failed without a reason that could be foreseen. */
  readonly onTrouble: (thrown: unknown) => void;
  /** The address that is listened at. */
  readonly host: string;
  /** Names by which it is reached besides its address. */
  readonly names: readonly string[];
  /** Who may ask; everybody who reaches it, where there are none. */
  readonly tokens: readonly Token[];
  /** Shows the queue of the workers below BOARD_PATH, where there is one. */
  readonly board?: BoardPages | undefined;
  /** For the headers of a request, and for all of it, in milliseconds; 5 and 60 seconds unless told. */
  readonly headersMs?: number;
  readonly requestMs?: number;
}

/** The page, the API and the tools for agents, on one port. */
export interface Web {
  /** @param port 0 for any free one @returns the port. @throws SpotterError bad-config, when it cannot be had */
  listen(port: number): Promise<number>;
  /** Ends what is under way within that time; then cuts it off. */
  close(ms: number): Promise<void>;
}

export function createWeb(options: WebOptions): Web {
  const { host, headersMs = 5000, requestMs = 60_000 } = options;
  const app = createApp(options);
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: serverOptions({ headersMs, requestMs }),
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  boundRequests(server);
  return {
    async listen(port) {
      const listening = await listenAt(server, port, host, 'Choose another one.');
      // So that the first visitor does not wait for it; a failure is told with the first request for it.
      pageScript().catch(() => {});
      return listening;
    },
    close: (ms) => closeWithin(server, ms),
  };
}

const MAX_CONNECTIONS = 500;

/** All that is answered, without a socket. */
export function createApp(options: WebOptions): OpenAPIHono<Env> {
  const { host, names, tokens, onTrouble } = options;
  const app = new OpenAPIHono<Env>();
  app.onError(problemsFor(onTrouble));
  app.notFound((c) => answerProblem(c, new SpotterError('not-found', 'There is no such page.')));
  app.use(onlyKnownHosts([...names, host]), strict);
  app.get('/healthz', (c) => c.json({ alive: true, version: VERSION }));

  app.get('/', (c) => c.html(PAGE));
  app.get('/page.js', async (c) => answerFile(c, await pageScript()));
  app.get('/page.css', async (c) => answerFile(c, await pageStyles()));
  app.get('/examples', (c) => c.json({ examples: EXAMPLE_PHOTOS }));
  app.get('/examples/:name', async (c) => {
    const photo = await exampleOf(c.req.param('name'));
    if (photo) return answerFile(c, photo);
    return answerProblem(c, new SpotterError('not-found', 'There is no such example.'));
  });

  app.use('/api/*', noOtherPages, onlyWithToken(tokens));
  app.route('/api/v1', createApi(options));
  app.use('/mcp', noOtherPages, onlyWithToken(tokens), limited(MAX_MESSAGE_BYTES));
  app.post('/mcp', (c) =>
    answerAgent(c.req.raw, { questions: options.questions, asker: askerOf(c), onTrouble }),
  );
  // Without sessions there is nothing to listen to, and a connection that stays open would only keep others out.
  app.all('/mcp', (c) => {
    c.header('allow', 'POST');
    return answerProblem(c, new SpotterError('bad-usage', 'Agents ask by POST.'), 405);
  });
  // Bull Board writes styles into its elements, as Swagger UI does.
  if (options.board) app.use(`${BOARD_PATH}/*`, noOtherPages, onlyWithPassword(tokens), documented);
  if (options.board) app.all(`${BOARD_PATH}/*`, options.board.answer);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  const description = once(async () =>
    fileOf('application/json', JSON.stringify(withBodies(app.getOpenAPI31Document(DOCUMENT)))),
  );
  app.get('/openapi.json', async (c) => answerFile(c, await description()));
  app.use('/docs/*', documented);
  app.get('/docs', (c) => c.redirect('/docs/'));
  app.get('/docs/', documented, (c) => c.html(DOCS));
  app.get('/docs/:file', async (c) => {
    const file = await docsFile(c.req.param('file'));
    return file ? answerFile(c, file) : c.notFound();
  });
  return app;
}

type OpenApi = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** Every request that may have a body needs one. */
const withBodies = ({ paths, ...rest }: OpenApi): OpenApi => ({
  ...rest,
  paths: Object.fromEntries(
    Object.entries(paths ?? {}).map(([path, { post, ...item }]) => {
      const requestBody = post?.requestBody && { ...post.requestBody, required: true };
      return [path, { ...item, ...(post && { post: { ...post, ...(requestBody && { requestBody }) } }) }];
    }),
  ),
});

const self = ["'self'"];

/** Nothing but our own scripts and styles; no other host is asked for anything. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: self,
  styleSrc: self,
  imgSrc: [...self, 'blob:', 'data:'],
  connectSrc: self,
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const strict: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: POLICY,
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
  permissionsPolicy: { camera: ['self'], microphone: [], geolocation: [] },
});

/** The documentation of the API is drawn by Swagger UI, which writes styles into its elements. */
const documented: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: { ...POLICY, styleSrc: [...self, "'unsafe-inline'"] },
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
});

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Spotter</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body><div id="page"><header class="top"><h1>Spotter</h1></header></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;

const DOCS = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spotter: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js" defer></script>
</head>
<body><div id="swagger-ui"></div></body>
</html>
`;
