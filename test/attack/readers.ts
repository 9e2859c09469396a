import * as discordWords from '../../adapters/discord/outgoing.ts';
import { escapedWithin, escapeText as escapeForDiscord } from '../../adapters/discord/outgoing.ts';
import { readResume as readDiscordResume } from '../../adapters/discord/reply.ts';
import * as slackWords from '../../adapters/slack/outgoing.ts';
import { escapeText as escapeForSlack, sectionsOf } from '../../adapters/slack/outgoing.ts';
import { readResume as readSlackResume } from '../../adapters/slack/reply.ts';
import { readButton } from '../../src/chat/contract.ts';
import { smallTalk } from '../../src/chat/wording.ts';
import { mergeFollowUp } from '../../src/expression/follow-up/follow-up.ts';
import { readExpression } from '../../src/expression/read.ts';
import { checked } from '../../src/expression/reader.ts';
import { isPublicName, parse } from '../../src/fetch/address.ts';
import { isWebPage } from '../../src/fetch/download.ts';
import { makeMultipleChoice } from '../../src/mllm/multiple-choice.ts';
import { namesBoth } from '../../src/mllm/probe.ts';
import { quoted } from '../../src/mllm/prompts.ts';
import { readBox } from '../../src/mllm/reply/box.ts';
import { readLetter } from '../../src/mllm/reply/letter.ts';
import { parseJson } from '../../src/mllm/transport.ts';
import { sniffFormat } from '../../src/picture/inspect.ts';
import { squash } from '../../src/picture/tensor.ts';
import { createRedactor, createScrubber } from '../../src/secrets.ts';
import { redactFields } from '../../src/service/log.ts';
import { readPhrases } from '../../src/strategy/target-phrase.ts';
import { safe, safeJson, safeLines } from '../../src/text.ts';

/** Something that reads what others write, and how long that may be. */
export interface Reader {
  readonly name: string;
  /** In characters. */
  readonly longest: number;
  readonly read: (text: string) => unknown;
}

/** Discord's and Slack's own limits of a message, and ours of what is read. */
const [DISCORD, SLACK, EXPRESSION, FOLLOW_UP, REPLY, LOG] = [4000, 40_000, 500, 250, 100_000, 20_000];

const ME = 'U0123456789';
const SIZE = { width: 640, height: 480 };
const offer = makeMultipleChoice(
  [0, 1, 2, 3, 4].map((i) => ({ box: [i, i, 100 + i, 100 + i] as const })),
  { sha256: 'a', expression: 'b' },
);
const reply = (text: string) => ({ text, finish: 'stop' }) as const;
const tolerant = (read: (text: string) => unknown) => (text: string) => {
  try {
    return read(text);
  } catch (thrown) {
    return thrown;
  }
};
const scrub = createScrubber(['xoxb-1-2-abcdefgh', 'a/b+c d']);
const redact = createRedactor(['xoxb-1-2-abcdefgh']);

export const READERS: readonly Reader[] = [
  { name: 'checked', longest: SLACK, read: tolerant(checked) },
  { name: 'readExpression', longest: EXPRESSION, read: readExpression },
  {
    name: 'mergeFollowUp',
    longest: FOLLOW_UP,
    read: (text) => mergeFollowUp(text, { expression: 'the upper dog', shown: 3 }),
  },
  {
    name: 'mergeFollowUp, of what was asked before',
    longest: EXPRESSION,
    read: (text) => mergeFollowUp('and the one behind it?', { expression: text, shown: 3 }),
  },
  { name: 'courtesy', longest: SLACK, read: (text) => smallTalk(text, undefined) },
  { name: 'expressionIn, of Discord', longest: DISCORD, read: (t) => discordWords.expressionIn(t, ME) },
  { name: 'linksIn, of Discord', longest: DISCORD, read: discordWords.linksIn },
  { name: 'escapeText, for Discord', longest: LOG, read: escapeForDiscord },
  { name: 'escapedWithin, for Discord', longest: LOG, read: (text) => escapedWithin(text, 2000) },
  { name: 'readResume, of Discord', longest: 1000, read: (text) => readDiscordResume(text, 0) },
  { name: 'expressionIn, of Slack', longest: SLACK, read: (text) => slackWords.expressionIn(text, ME) },
  { name: 'linksIn, of Slack', longest: SLACK, read: slackWords.linksIn },
  { name: 'withoutOptions, of Slack', longest: SLACK, read: slackWords.withoutOptions },
  { name: 'mentions, of Slack', longest: SLACK, read: (text) => slackWords.mentions(text, ME) },
  { name: 'mentionsAnybody, of Slack', longest: SLACK, read: slackWords.mentionsAnybody },
  { name: 'escapeText, for Slack', longest: LOG, read: escapeForSlack },
  { name: 'sectionsOf, for Slack', longest: LOG, read: (text) => sectionsOf(text, 'id') },
  { name: 'readResume, of Slack', longest: 1000, read: readSlackResume },
  { name: 'readButton', longest: 2000, read: readButton },
  { name: 'safe', longest: REPLY, read: safe },
  { name: 'safeLines', longest: LOG, read: safeLines },
  { name: 'safeJson', longest: REPLY, read: safeJson },
  { name: 'scrub', longest: LOG, read: scrub },
  { name: 'redact', longest: REPLY, read: redact },
  {
    name: 'discreet, of a message',
    longest: LOG,
    read: (text) => redactFields({ msg: text }, { scrub, personal: false }),
  },
  {
    name: 'discreet, for debugging',
    longest: LOG,
    read: (text) => redactFields({ words: text }, { scrub, personal: true }),
  },
  { name: 'parse, of a link', longest: 4096, read: tolerant(parse) },
  { name: 'isPublicName', longest: 4096, read: isPublicName },
  {
    name: 'isWebPage',
    longest: 4096,
    read: (text) => isWebPage(new TextEncoder().encode(text), { headers: { 'content-type': 'text/html' } }),
  },
  {
    name: 'sniffFormat',
    longest: 5000,
    read: (text) => sniffFormat(new TextEncoder().encode(text)).catch(String),
  },
  { name: 'parseJson', longest: REPLY, read: tolerant(parseJson) },
  { name: 'readAnswer', longest: REPLY, read: (text) => readLetter(reply(text), offer) },
  {
    name: 'readAnswer, after thoughts',
    longest: 2000,
    read: (text) => readLetter(reply(`<think>so</think>${text}`), offer),
  },
  ...(['relative-1000-xyxy', 'pixels-resized-xyxy', 'unit-xyxy'] as const).map((convention) => ({
    name: `readBox, ${convention}`,
    longest: REPLY,
    read: (text: string) => readBox(reply(text), convention, squash(SIZE, SIZE)),
  })),
  { name: 'readPhrases', longest: REPLY, read: (text) => readPhrases(reply(text), ['the dog', 'a cat']) },
  { name: 'namesBoth', longest: REPLY, read: (text) => namesBoth(text, ['red', 'blue']) },
  { name: 'quoted', longest: REPLY, read: (text) => quoted(text) },
];

const PIECES: readonly string[] = [
  ...[
    ' ',
    '\n',
    '\t',
    '-',
    '–',
    '.',
    ',',
    ';',
    ':',
    '!',
    '?',
    '…',
    "'",
    '’',
    '"',
    '“',
    '”',
    '`',
    '*',
    '_',
    '|',
    '~',
  ],
  ...[
    '<',
    '>',
    '@',
    '#',
    '/',
    '\\',
    '//',
    '://',
    '=',
    '&',
    '%',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '0',
    '1',
    '9',
    'a',
    'A',
  ],
  ...[
    'x',
    'é',
    'ß',
    'İ',
    '中',
    'の',
    '🐶',
    '\u200d',
    '\u0301',
    '\u202e',
    '\u2028',
    '\0',
    '\ud800',
    '\u00a0',
    '\ufdfa',
  ],
  ...[
    'the ',
    'all ',
    'all the ',
    'a ',
    'of ',
    'left ',
    'left of ',
    'and ',
    'not ',
    'no ',
    'no, ',
    'in ',
    'on ',
    'is ',
  ],
  ...[
    'red ',
    'with ',
    'that ',
    'other ',
    'one ',
    'second ',
    'from ',
    'next to ',
    'it ',
    'his ',
    'who ',
    'please ',
    'i mean ',
  ],
  ...[
    'dog ',
    'men ',
    "man's ",
    'w/',
    'PP.P',
    '0.A',
    'a-a',
    'a.a',
    'a@a',
    'a@',
    '1st',
    '22',
    '3.5',
    ' ones',
    'than ',
  ],
  ...[
    'http://',
    'https://a.b/',
    'www.',
    'ftp://',
    'data:',
    'file://',
    'h://',
    '<@U0123456789>',
    '<@U0123456789|',
    '<@',
    '<#C1|',
    '<!here>',
  ],
  ...[
    '&lt;',
    '&amp;',
    'link:',
    'token=',
    'api_key: ',
    'bearer ',
    'sk-',
    'xoxb-',
    'password="',
    '-key',
    '[key]',
    'A, ',
  ],
  ...[
    '<think>',
    '</think>',
    '```json\n',
    '{"a":',
    '"answer": "',
    '\\"',
    '\\boxed{',
    'answer ',
    'is A',
    'not B ',
    'none ',
  ],
  ...[
    '(1,',
    '[1, 2, ',
    'x1: 1 ',
    'y_min=',
    'bbox',
    '"x1": 5,',
    '1.0e',
    '<!--',
    '-->',
    '<?xml',
    '<svg',
    'spotter:pick:',
  ],
];

/** Texts that are hard to read: a piece or a few, again and again, with something else before and behind. */
export function* hardTexts(longest: number, count: number, random: () => number): Generator<string> {
  const any = (): string => PIECES[Math.floor(random() * PIECES.length)]!;
  for (let i = 0; i < count; i++) {
    // Every piece by itself first.
    const only = PIECES[i];
    const repeated =
      only ?? Array.from({ length: 1 + Math.floor(random() * 4) }, any).join(random() < 0.3 ? ' ' : '');
    const before = random() < 0.5 ? '' : any();
    const behind = random() < 0.3 ? '' : any();
    const room = longest - before.length - behind.length;
    yield (before + repeated.repeat(Math.ceil(room / repeated.length)).slice(0, room) + behind).slice(
      0,
      longest,
    );
  }
}
