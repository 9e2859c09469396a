import { asSpotterError, SpotterError } from '../../src/errors.ts';
import { createScrubber } from '../../src/secrets.ts';
import { createHttp, createReadiness, isLoopback } from '../../src/service/http.ts';
import { urlOf } from '../../src/service/listen.ts';
import { createLog } from '../../src/service/log.ts';
import { onShutdown, whenOrphaned } from '../../src/service/shutdown.ts';
import { startWatchdog } from '../../src/service/watchdog.ts';
import { tokensOf } from '../web/settings.ts';
import { PLATFORMS, type Running, startUntilThere } from './platforms.ts';
import { createServices } from './services.ts';
import { type BotSettings, createStartReport, readAll, type Started, VARIABLES } from './settings.ts';

/** Exit codes of sysexits: a setting that cannot be used, and a service that is not there. */
const CONFIG_EXIT = 78;
const UNAVAILABLE_EXIT = 69;
/** What is left of ten seconds for closing everything else. */
const CHAT_MS = 7000;

await start().catch((thrown: unknown) => {
  const { code, message, hint } = asSpotterError(thrown);
  console.error(`spotter: ${message}\n  ${hint.replaceAll(' · ', '\n  ')}`);
  process.exit(code === 'bad-config' ? CONFIG_EXIT : UNAVAILABLE_EXIT);
});

async function start(): Promise<void> {
  const { config, settings } = readAll(process.env);
  const secrets = [
    ...[settings.discordToken, settings.slackBotToken, settings.slackAppToken, settings.slackSigningSecret],
    ...[passwordOf(settings.redisUrl), settings.metricsToken, config.mllmApiKey, config.hfToken],
    ...tokensOf(settings).map(({ secret }) => secret),
  ].filter((secret) => secret !== undefined);
  const scrub = createScrubber(secrets);
  const log = createLog({ level: settings.logLevel, secrets });
  const wanted = Object.entries(PLATFORMS).filter(([, platform]) => platform.wanted(settings));
  const report = (adapters: readonly Started[], parts: readonly Started[] = []) =>
    console.error(createStartReport({ adapters, parts, env: process.env, variables: VARIABLES, scrub }));
  const unwanted = Object.entries(PLATFORMS)
    .filter(([, platform]) => !platform.wanted(settings))
    .map(([name, { missing, steps }]): Started => ({ name, started: false, why: missing, steps }));
  if (wanted.length === 0) {
    report(unwanted);
    process.exit(CONFIG_EXIT);
  }

  const stopWatchdog = startWatchdog();
  const parts = await createServices(config, settings, log);
  const running = new Map<string, Running>();
  const starting = new AbortController();
  const readiness = createReadiness({
    checks: {
      memory: () => parts.store.check().then(() => undefined),
      ...Object.fromEntries(
        wanted.map(([name]) => [name, () => (running.get(name)?.ready() ? undefined : 'is not connected')]),
      ),
    },
    onTrouble: (check, err) => log.error({ check, err }, 'not ready'),
  });
  const http = createHttp({
    metrics: parts.metrics,
    readiness,
    host: settings.host,
    token: settings.metricsToken,
    onTrouble: (err) => log.error({ err }, 'a request failed'),
  });
  const shutdown = onShutdown({
    log,
    onRejection: (thrown) => {
      parts.metrics.unhandled();
      parts.chat.fail(thrown);
    },
    stages: [
      { name: 'starting', close: () => starting.abort() },
      { name: 'http', close: () => http.drain() },
      // Answers go out through the platforms, so these are left until everything is said.
      { name: 'conversation', close: () => parts.chat.close(CHAT_MS) },
      ...wanted.map(([name]) => ({ name, close: async () => running.get(name)?.stop() })),
      { name: 'parts', close: () => parts.close() },
      { name: 'port', close: (ms) => http.close(ms) },
      { name: 'watchdog', close: stopWatchdog },
    ],
  });

  // Killed outright, npm passes nothing on, and the bot would stay behind unseen.
  if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(() => void shutdown.end('npm is gone'));
  const port = settings.port === undefined ? undefined : await http.listen(settings.port);
  // The first question should not wait for it; what fails here, fails again there and is said.
  parts.spotter.warm().catch((err) => log.error({ err }, 'the detector does not start'));
  const started = await Promise.all(
    wanted.map(([name, platform]) =>
      startUntilThere({
        ...{ name, log, signal: starting.signal },
        start: () => platform.start({ config, settings, parts, log, http }),
        onRunning: (one) => running.set(name, one),
      }),
    ),
  );
  report(
    [...started, ...unwanted],
    [
      { name: 'Memory', started: true, said: parts.store.where },
      port === undefined
        ? { name: 'Port', started: false, why: 'PORT is not set: no metrics, no health' }
        : { name: 'Port', started: true, said: portSaid(settings, port) },
      config.mllmModel
        ? { name: 'Language model', started: true, said: config.mllmModel }
        : {
            name: 'Language model',
            started: false,
            why: 'SPOTTER_MLLM_MODEL is not set; reasoning decides alone',
          },
    ],
  );
  if (started.every((one) => !one.started && !one.again))
    throw new SpotterError('bad-config', 'No platform could be started.', 'See above.');
}

/** An address without one is no secret. */
function passwordOf(url = ''): string | undefined {
  return (URL.canParse(url) && decodeURIComponent(new URL(url).password)) || undefined;
}

function portSaid({ host, metricsToken }: BotSettings, port: number): string {
  const pages = `${urlOf(host, port)}: /healthz, /readyz`;
  if (metricsToken !== undefined) return `${pages}, and /metrics with the token`;
  return isLoopback(host) ? `${pages}, /metrics` : `${pages}; /metrics needs SPOTTER_METRICS_TOKEN`;
}
