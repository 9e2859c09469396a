import { randomUUID } from 'node:crypto';
import { Refusal } from './errors.ts';
import type { Args } from './methods.ts';
import { change, checked, post, remove } from './posting.ts';
import type { Stored, World } from './world.ts';

/** An address that the bot may answer to, without a token: for the person, in the place where they did something. */
export function responseUrl(world: World, conversation: string, person: string, on?: Stored): string {
  const id = randomUUID();
  world.responses.set(id, { conversation, person, ...(on && { on }), left: world.settings.responses });
  return `${world.origin}/response/${id}`;
}

/** What came there: a message, or a change of the one that it was about. */
export function respond(world: World, id: string, args: Args): { status: number; body: object } {
  const response = world.responses.get(id);
  if (!response || response.left <= 0) return { status: 404, body: { ok: false, error: 'used_url' } };
  response.left--;
  try {
    answer(world, response, args);
    return { status: 200, body: { ok: true } };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { status: 400, body: { ok: false, error: thrown.error, ...thrown.more } };
  }
}

/** The same forms serve for what is said along with an acknowledgement. @throws Refusal */
export function answer(
  world: World,
  { conversation: id, person, on }: { conversation: string; person: string; on?: Stored },
  args: Args,
): void {
  if (args.delete_original === true && on) {
    remove(world, on);
    return;
  }
  const letter = {
    text: args.text as string | undefined,
    blocks: checked(world, args.blocks),
    thread_ts: args.thread_ts as string | undefined,
    attachments: args.attachments as readonly object[] | undefined,
  };
  if (args.replace_original === true && on) {
    change(world, on, letter, args);
    return;
  }
  const conversation = world.conversations.get(id)!;
  const all = args.response_type === 'in_channel';
  post(world, { conversation, letter, sent: args, ...(!all && { onlyFor: person }) });
}
