import { createRequire } from 'node:module';
import type { RESTOptions } from 'discord.js';

// All copies of undici share one global dispatcher, that of whichever was loaded first; and a form of one copy cannot be
// sent by another. So the client gets the dispatcher of the copy that it comes with.
const require = createRequire(createRequire(import.meta.url).resolve('discord.js'));
const { Agent } = require('undici') as { readonly Agent: new () => NonNullable<RESTOptions['agent']> };

/**
 * How Discord's API is asked; where the gateway is, it says itself. The client keeps to Discord's rate limits, waits when
 * it is told to, and tries again when Discord is not well.
 * @param apiUrl a proxy or a stand-in, with or without the version: "http://127.0.0.1:9000/api"
 */
export const restOptions = (apiUrl?: string): Partial<RESTOptions> => ({
  version: '10',
  agent: new Agent(),
  ...(apiUrl !== undefined && { api: apiUrl.replace(/(\/v\d+)?\/*$/, '') }),
});
