import { z } from 'zod';

/** A folder; where it is relative, to the registry that it stands in. */
export const folder = z.string().trim().min(1);

/** Segments that lead nowhere else: no "..", nothing absolute. */
export const segments = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)*$/, 'must be a name, or some with / between them');

/** Addresses get into messages and lock files, so nothing secret may be in them. */
export const address = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
  .refine((text) => !/[?#@]/.test(text), 'must be an address without name, password, ? and #');

/** An address with segments below it. */
export const below = (base: string, ...parts: readonly string[]): URL =>
  new URL([base.replace(/\/+$/, ''), ...parts].join('/'));
