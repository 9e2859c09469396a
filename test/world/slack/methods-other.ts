import { invalid, Refusal } from './errors.ts';
import { faultsOfView, type View } from './limits.ts';
import { conversationOf, type Method, type Methods, need, readableIn } from './methods.ts';
import { type Conversation, directWith, newId, type Shown, type Stored, type World } from './world.ts';

export const OTHER: Methods = {
  'auth.test': (world) => ({
    url: `${world.origin}/`,
    team: 'Team',
    user: world.bot.name,
    team_id: world.team,
    user_id: world.bot.user,
    bot_id: world.bot.bot,
    is_enterprise_install: false,
  }),
  'users.info': (world, args) => {
    const id = need(args, 'user');
    const name = id === world.bot.user ? world.bot.name : world.people.get(id);
    if (name === undefined) throw new Refusal('user_not_found');
    const profile = { real_name: name, display_name: name };
    return {
      user: { id, team_id: world.team, name, real_name: name, profile, is_bot: id === world.bot.user },
    };
  },
  'conversations.info': (world, args) => ({ channel: channelOf(world, conversationOf(world, args)) }),
  'conversations.members': (world, args) => {
    readableIn(world, args);
    return { members: [world.bot.user, ...world.people.keys()], response_metadata: { next_cursor: '' } };
  },
  'conversations.open': (world, args) => {
    const person = need(args, 'users');
    if (!world.people.has(person)) throw new Refusal('user_not_found');
    return { channel: { id: directWith(world, person).id } };
  },
  'conversations.history': (world, args) => {
    const { id } = readableIn(world, args);
    return page(visible(world, id).filter(isTop).reverse(), args);
  },
  'conversations.replies': (world, args) => {
    const { id } = readableIn(world, args);
    const ts = need(args, 'ts');
    const thread = visible(world, id).filter(({ message }) => message.ts === ts || message.thread_ts === ts);
    if (thread.length === 0) throw new Refusal('thread_not_found');
    return page(thread, args);
  },
  'views.open': (world, args) => {
    const view = viewOf(args);
    const id = need(args, 'trigger_id');
    const trigger = world.triggers.get(id);
    if (!trigger) throw new Refusal('invalid_trigger_id');
    if (trigger.used) throw new Refusal('exchanged_trigger_id');
    if (Date.now() > trigger.until) throw new Refusal('expired_trigger_id');
    trigger.used = true;
    const shown: Shown = { id: newId('V'), person: trigger.person, trigger: id, view, hash: newId('h') };
    world.views.set(shown.id, shown);
    return { view: outputOf(world, shown) };
  },
  'views.update': (world, args) => {
    const view = viewOf(args);
    const shown = world.views.get(need(args, 'view_id'));
    if (!shown) throw new Refusal('not_found');
    if (args.hash !== undefined && args.hash !== shown.hash) throw new Refusal('hash_conflict');
    shown.view = view;
    shown.hash = newId('h');
    return { view: outputOf(world, shown) };
  },
};

/** @throws Refusal */
function viewOf({ view }: Parameters<Method>[1]): View {
  const faults = faultsOfView(view);
  if (faults.length > 0) throw invalid('invalid_arguments', faults);
  const { blocks, ...rest } = view as View;
  return { ...rest, blocks: blocks.map((block) => ({ block_id: newId('b'), ...block })) };
}

/** A form as it is told of. */
export const outputOf = (
  world: World,
  { id, view, hash }: Shown,
  state: object = {},
): Record<string, unknown> => ({
  private_metadata: '',
  callback_id: '',
  external_id: '',
  close: null,
  submit: null,
  clear_on_close: false,
  notify_on_close: false,
  ...view,
  id,
  team_id: world.team,
  state: { values: state },
  hash,
  previous_view_id: null,
  root_view_id: id,
  app_id: world.app,
  app_installed_team_id: world.team,
  bot_id: world.bot.bot,
});

export const channelOf = (world: World, { id, kind, name, with: person, member }: Conversation): object => ({
  id,
  created: 1_700_000_000,
  is_archived: false,
  is_im: kind === 'im',
  ...(kind === 'im'
    ? { user: person }
    : {
        name,
        is_channel: kind === 'channel',
        is_group: kind === 'group',
        is_private: kind === 'group',
        is_member: member,
      }),
  context_team_id: world.team,
});

const visible = (world: World, id: string): Stored[] =>
  world.messages.filter((each) => each.conversation.id === id && each.removed === undefined && !each.onlyFor);

const isTop = ({ message }: Stored): boolean =>
  message.thread_ts === undefined || message.thread_ts === message.ts;

function page(found: readonly Stored[], args: Parameters<Method>[1]): object {
  const {
    oldest = '0',
    latest = '9999999999',
    limit = '100',
    cursor = '',
    inclusive,
  } = args as Record<string, string>;
  const within = found.filter(({ message: { ts } }) =>
    inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest,
  );
  const from = cursor === '' ? 0 : Number(cursor);
  const to = from + Number(limit);
  const has_more = to < within.length;
  return {
    messages: within.slice(from, to).map(({ message }) => message),
    has_more,
    response_metadata: { next_cursor: has_more ? String(to) : '' },
  };
}
