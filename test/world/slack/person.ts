import type { Asked, Person, Place, Posted, Question, Reply, Said } from '../platform.ts';
import type { Told } from './delivery.ts';
import { changedEvent, deletedEvent, tellOf } from './events.ts';
import { filledIn } from './forms.ts';
import { outputOf } from './methods-other.ts';
import { payloadsOf } from './payloads.ts';
import { answer } from './response-urls.ts';
import { type Spoken, speak } from './speaking.ts';
import {
  type Conversation,
  directWith,
  find,
  newTs,
  placeOf,
  type Shown,
  type Stored,
  threadOf,
  type World,
} from './world.ts';

/** A person on Slack, with what only Slack has. */
export interface SlackPerson extends Person {
  /** Any command, with what is written after it. Slack has none in threads. */
  slash(
    command: string,
    text?: string,
    where?: { readonly place?: Place; readonly times?: number },
  ): Promise<Asked>;
  /** Any shortcut on a message, by its callback_id, and what to write into the fields of its form, in their order. */
  messageAction(callback: string, on: Posted, values?: readonly string[], times?: number): Promise<Asked>;
}

/** What they are called is part of what the bot promises; the shortcut's id is given, as its name is not told. */
export function personOf(
  world: World,
  usual: Place,
  { id, name }: { id: string; name: string },
  shortcut: string,
): SlackPerson {
  const payloads = payloadsOf(world, { id, name });
  const conversationOf = ({ place, replyTo }: Question): Conversation =>
    world.conversations.get((place ?? replyTo?.place ?? usual).channel)!;

  const acknowledged = (place: Place, told: Promise<Told | undefined>): Asked => ({
    place,
    at: Date.now(),
    async acknowledged() {
      const { ms, attempts } = (await told) ?? { attempts: 0 };
      if (ms === undefined) throw new Error(`Not acknowledged, in ${attempts} attempts.`);
      return ms;
    },
  });

  const said = ({ stored, told }: Spoken): Said => {
    const { message, conversation } = stored;
    const place = placeOf(conversation, threadOf(message));
    // Told twice, as a mention and as a message: the first acknowledgement counts.
    const first = Promise.all(told).then((all) => all.find((each) => each?.ms !== undefined) ?? all[0]);
    return { id: message.ts, ...acknowledged(place, first) };
  };

  /** Tells of something that the person did; what is said along with the acknowledgement is shown. */
  async function interact(payload: object, times = 1): Promise<Told> {
    const all = await Promise.all(
      Array.from({ length: times }, () => world.delivery.tell('interactive', payload)),
    );
    world.watch.changed();
    return all.find(({ ms }) => ms !== undefined) ?? all[0]!;
  }

  async function submit(shown: Shown, values: readonly string[], times?: number): Promise<Told> {
    const view = outputOf(world, shown, filledIn(shown.view, values));
    const told = await interact(payloads.submission(view), times);
    if (told.payload.response_action !== 'errors') return told;
    throw new Error(`The form says: ${Object.values(told.payload.errors as object).join(' ')}`);
  }

  const speaking = async (conversation: Conversation, question: Question, mentions = false): Promise<Said> =>
    said(speak(world, { person: id, conversation }, { ...question, mentions }));

  const own = (on: Posted): Stored => {
    const stored = find(world, on.place.channel, on.id);
    if (stored?.message.user === id) return stored;
    throw new Error(`${name} has no such message.`);
  };

  const person: SlackPerson = {
    id,
    name,
    async slash(command, text = '', { place = usual, times = 1 } = {}) {
      if (place.thread !== undefined) throw new Error('Slack has no commands in threads.');
      const conversation = world.conversations.get(place.channel)!;
      const payload = payloads.command(conversation, command, text);
      const tell = async (): Promise<Told> => {
        const told = await world.delivery.tell('slash_commands', payload);
        const saysMore = 'text' in told.payload || 'blocks' in told.payload;
        if (saysMore) answer(world, { conversation: conversation.id, person: id }, told.payload);
        return told;
      };
      const all = Promise.all(Array.from({ length: times }, tell));
      return acknowledged(
        place,
        all.then((each) => each.find(({ ms }) => ms !== undefined) ?? each[0]),
      );
    },
    async messageAction(callback, on, values = [], times) {
      const stored = find(world, on.place.channel, on.id)!;
      const payload = payloads.shortcut(stored, callback);
      const from = world.messages.length;
      const opened = () => [...world.views.values()].find((view) => view.trigger === payload.trigger_id);
      // Instead of a form there may come words: to this person, or about this message.
      const spoken = () =>
        world.messages
          .slice(from)
          .some(
            (each) =>
              each.message.user === world.bot.user &&
              (each.onlyFor === id || each.conversation.with === id || each.message.thread_ts === on.id),
          );
      const told = interact(payload, times);
      const shown = await world.watch.until(() => opened() ?? (spoken() && 'words'));
      const done = typeof shown === 'object' ? submit(shown, values, times) : told;
      await done;
      return acknowledged(on.place, done);
    },
    async command({ text = '', images = [], link, place, times }) {
      // A command has no files: the picture is posted before it.
      if (images.length > 0) {
        const where = place && { place };
        const poster = { person: id, conversation: conversationOf({ ...where }) };
        await Promise.all(speak(world, poster, { images, ...where, mentions: false }).told);
      }
      const written = [link, text].filter(Boolean).join(' ');
      return person.slash('/find', written, { ...(place && { place }), ...(times && { times }) });
    },
    forget: (place) => person.slash('/find-forget', '', place && { place }),
    shortcut: (on, { text = '', times }) => person.messageAction(shortcut, on, [text], times),
    mention: (question) => speaking(conversationOf(question), question, true),
    say: (question) => speaking(conversationOf(question), question),
    direct: (question) => speaking(directWith(world, id), question),
    async press(on: Reply, button, { times } = {}) {
      const stored = world.messages.find(
        ({ conversation, message }) => conversation.id === on.place.channel && message.ts === on.id,
      )!;
      const { buttons = [] } = stored.versions.at(-1) ?? {};
      const found = buttons.find((each) => each.id === button || each.label === button);
      const hidden = stored.removed !== undefined || ![undefined, id].includes(stored.onlyFor);
      if (!found || hidden) {
        throw new Error(
          `No button "${button}" to press; there is ${buttons.map(({ label }) => label).join(', ') || 'none'}.`,
        );
      }
      const place = placeOf(stored.conversation, threadOf(stored.message));
      return acknowledged(place, interact(payloads.press(stored, found.id), times));
    },
    async edit(on, text) {
      const stored = own(on);
      const before = stored.message;
      const mention = `<@${world.bot.user}>`;
      const written = before.text.startsWith(mention) ? `${mention} ${text}` : text;
      stored.message = { ...before, text: written, edited: { user: id, ts: newTs() } };
      void tellOf(world, stored.conversation, changedEvent(stored.message, before));
    },
    async remove(on) {
      const stored = own(on);
      stored.removed = Date.now();
      void tellOf(world, stored.conversation, deletedEvent(stored.message));
    },
  };
  return person;
}
