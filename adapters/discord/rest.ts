import type { RESTOptions } from 'discord.js';

/**
 * How Discord's API is asked; where the gateway is, it says itself. The client keeps to Discord's rate limits, waits when
 * it is told to, and tries again when Discord is not well.
 * @param apiUrl a proxy or a stand-in, without the version: "http://127.0.0.1:9000/api"
 */
export const restOptions = (apiUrl?: string): Partial<RESTOptions> => ({
  version: '10',
  ...(apiUrl !== undefined && { api: apiUrl.replace(/\/+$/, '') }),
});
