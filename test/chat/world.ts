import { readFileSync } from 'node:fs';
import { createSpotter, type Spotter } from '../../src/ask.ts';
import { createChat } from '../../src/chat/chat.ts';
import type { ChatDeps, ChatEvent } from '../../src/chat/context.ts';
import type { ChatPress, ChatQuestion, Reply, ReplyHandle } from '../../src/chat/contract.ts';
import { readConfig } from '../../src/config.ts';
import { readFollowUp } from '../../src/expression/reader.ts';
import type { PictureRef } from '../../src/place.ts';
import type { Judged } from '../../src/store/feedback.ts';
import { createPending } from '../../src/store/pending.ts';
import { example } from '../detector/photos.ts';
import { mapMemory } from './memory.ts';

export const DOGS: PictureRef = {
  url: 'file:two-dogs.jpg',
  origin: 'platform',
  key: 'dogs',
  name: 'dogs.jpg',
};

let eventNumber = 0;
export const question = (text: string, more: Partial<ChatQuestion> = {}): ChatQuestion => {
  eventNumber += 1;
  return {
    ...{ platform: 'test', conversation: 'c1', channel: 'ch1', asker: 'u1', eventId: `e${eventNumber}` },
    ...{ text, pictures: [], resume: `r${eventNumber}` },
    ...more,
  };
};
export const press = (button: string, more: Partial<ChatPress> = {}): ChatPress => {
  eventNumber += 1;
  return {
    ...{ platform: 'test', conversation: 'c1', channel: 'ch1', asker: 'u1', eventId: `e${eventNumber}` },
    ...{ button, resume: `r${eventNumber}` },
    ...more,
  };
};

/** A handle that notes what it is told, and whose pictures are files of the examples. */
export function recorder(more: Partial<ReplyHandle> = {}) {
  const progress: string[] = [];
  const replies: Reply[] = [];
  const fetched: PictureRef[] = [];
  const handle: ReplyHandle = {
    maxBytes: 8e6,
    progress: async (words) => void progress.push(words),
    answer: async (reply) => void replies.push(reply),
    async fetch(picture) {
      fetched.push(picture);
      return readFileSync(example(picture.url.replace('file:', '')));
    },
    ...more,
  };
  return { handle, progress, replies, fetched };
}

/** A chat about real photos with the detector that comes with the project. */
export function chatting(more: Partial<ChatDeps> = {}) {
  const spotter: Spotter = createSpotter(readConfig({ flags: { cache: false } }));
  const events: ChatEvent[] = [];
  const judged: Judged[] = [];
  const store = more.store ?? mapMemory();
  let pending = createPending(store);
  const deps: ChatDeps = {
    spotter,
    store,
    followUp: readFollowUp,
    admit: async () => {},
    admission: async (work) => work(),
    pending,
    feedback: {
      add: async (one) => void judged.push(one),
      forget: async () => judged.length,
    },
    observe: (event) => void events.push(event),
    rememberMs: 60_000,
    ...more,
  };
  /** How many questions were accepted and are not answered yet. */
  const waiting = async () => (await store.namespace('pending', 100).list('')).length;
  let chat = createChat(deps);
  return {
    ...{ deps, spotter, events, judged, waiting },
    get chat() {
      return chat;
    },
    /** Another process takes the place of this one, which is not asked. */
    async die() {
      await pending.close();
      pending = createPending(store);
      chat = createChat({ ...deps, pending });
    },
  };
}
