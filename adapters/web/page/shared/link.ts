import type { OfferSize } from '../../../../src/config.ts';
import type { Settings } from '../../server/schemas.ts';

/** How a question is to be answered; what is left out is as the server has it. */
export interface Way {
  readonly strategy?: string;
  readonly detector?: string;
  readonly settings?: Settings;
}

/** What the part of an address after # says: a question that can be asked again. */
export interface Link extends Way {
  /** Name of an example; other pictures are in no link. */
  readonly example?: string;
  readonly q?: string;
  /** The ways that are compared, where they are seen side by side. */
  readonly columns?: readonly Way[];
}

export const MAX_COLUMNS = 4;
export const MIN_COLUMNS = 2;
/** `OFFER_SIZES` of src/config.ts, which runs in no browser; a test holds them equal. */
export const TOP_K = [3, 5, 8, 10] as const satisfies readonly OfferSize[];
const MAX_TEXT = 1000;

/**
 * The part of an address after #.
 *
 * @example
 * formatLink({ example: 'two-dogs.jpg', q: 'the upper dog' }); // "#example=two-dogs.jpg&q=the+upper+dog"
 */
export function formatLink({ example, q, columns, ...way }: Link): string {
  const parts = new URLSearchParams();
  if (example) parts.set('example', example);
  if (q) parts.set('q', q);
  for (const [name, value] of Object.entries(compact(way))) {
    parts.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  if (columns) parts.set('columns', JSON.stringify(columns.map(compact)));
  const text = parts.toString();
  return text && `#${text}`;
}

/** Without what is as the server has it. */
export function compact({ strategy, detector, settings }: Way): Way {
  return {
    ...(strategy && { strategy }),
    ...(detector && { detector }),
    ...(settings && Object.keys(settings).length > 0 && { settings }),
  };
}

export interface ReadLink {
  readonly link: Link;
  /** Names of the parts that cannot be understood, and are left out. */
  readonly ignored: readonly string[];
}

/** Reads what `formatLink` writes; the text is untrusted. */
export function readLink(hash: string): ReadLink {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const ignored: string[] = [];
  const read = <T>(name: string, reader: (text: string) => T | undefined): T | undefined => {
    const text = parts.get(name);
    if (text === null || text === '') return undefined;
    const value = reader(text);
    if (value === undefined) ignored.push(name);
    return value;
  };
  const example = read('example', (text) => (/^[\w.-]{1,100}$/.test(text) ? text : undefined));
  const q = read('q', (text) => (text.length <= MAX_TEXT ? text : undefined));
  const strategy = read('strategy', name);
  const detector = read('detector', name);
  const settings = read('settings', (text) => settingsOf(parsed(text)));
  const columns = read('columns', (text) => columnsOf(parsed(text)));
  const link = {
    ...(example && { example }),
    ...(q && { q }),
    ...compact({
      ...(strategy && { strategy }),
      ...(detector && { detector }),
      ...(settings && { settings }),
    }),
    ...(columns && { columns }),
  };
  return { link, ignored };
}

const name = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.@:/-]{1,200}$/.test(value) ? value : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const share = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

/** What each setting may be; as the API has it. */
const SETTINGS: Readonly<Record<keyof Settings, (value: unknown) => boolean>> = {
  box_threshold: share,
  nms_iou: share,
  top_k: (value) => (TOP_K as readonly unknown[]).includes(value),
  none: isFlag,
  seed: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32,
  focus: isFlag,
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function settingsOf(value: unknown): Settings | undefined {
  if (!isObject(value)) return undefined;
  const isRight = ([key, one]: [string, unknown]) =>
    Object.hasOwn(SETTINGS, key) && SETTINGS[key as keyof Settings](one);
  return Object.entries(value).every(isRight) ? (value as Settings) : undefined;
}

function columnsOf(value: unknown): Way[] | undefined {
  if (!Array.isArray(value) || value.length < MIN_COLUMNS || value.length > MAX_COLUMNS) return undefined;
  const columns = value.map(wayOf);
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

function wayOf(value: unknown): Way | undefined {
  if (!isObject(value)) return undefined;
  const [strategy, detector, settings] = [
    name(value.strategy),
    name(value.detector),
    settingsOf(value.settings ?? {}),
  ];
  const isWrong =
    (value.strategy !== undefined && !strategy) || (value.detector !== undefined && !detector) || !settings;
  if (isWrong) return undefined;
  return compact({ ...(strategy && { strategy }), ...(detector && { detector }), settings });
}
