import { responseUrl } from './response-urls.ts';
import { type Conversation, type Message, newId, newTs, type Stored, type World } from './world.ts';

const named = ({ id, name }: Conversation): object => ({ id, name: name || 'directmessage' });

/** What the bot is told when a person does something, in the forms that Slack documents. */
export function payloadsOf(world: World, { id, name }: { readonly id: string; readonly name: string }) {
  const { team, app } = world;

  /** Leave to open a form, for a short time. */
  function trigger(): string {
    const made = `${newId('')}.${team}.${newId('')}`;
    world.triggers.set(made, { person: id, until: Date.now() + world.settings.triggerFor, used: false });
    return made;
  }

  const common = () => ({
    user: { id, username: name, name, team_id: team },
    api_app_id: app,
    token: 'verification',
    team: { id: team, domain: 'team' },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: trigger(),
  });

  return {
    command: (conversation: Conversation, command: string, text: string) => ({
      token: 'verification',
      team_id: team,
      team_domain: 'team',
      channel_id: conversation.id,
      channel_name: conversation.name || 'directmessage',
      user_id: id,
      user_name: name,
      command,
      text,
      api_app_id: app,
      is_enterprise_install: 'false',
      response_url: responseUrl(world, conversation.id, id),
      trigger_id: trigger(),
    }),
    shortcut: ({ message, conversation }: Stored, callback: string) => ({
      ...common(),
      type: 'message_action',
      callback_id: callback,
      action_ts: newTs(),
      message_ts: message.ts,
      channel: named(conversation),
      message,
      response_url: responseUrl(world, conversation.id, id),
    }),
    submission: (view: object) => ({ ...common(), type: 'view_submission', view, response_urls: [] }),
    press(stored: Stored, action: string) {
      const { message, conversation, onlyFor } = stored;
      const where = {
        message_ts: message.ts,
        channel_id: conversation.id,
        is_ephemeral: onlyFor !== undefined,
      };
      return {
        ...common(),
        type: 'block_actions',
        container: { type: 'message', ...where, ...(message.thread_ts && { thread_ts: message.thread_ts }) },
        channel: named(conversation),
        // Slack does not keep messages that only one person sees.
        ...(onlyFor === undefined && { message }),
        state: { values: {} },
        response_url: responseUrl(world, conversation.id, id, stored),
        actions: [actionOf(message, action)],
      };
    },
  };
}

function actionOf({ blocks = [] }: Message, action: string): object {
  const elements = blocks.flatMap((block) => {
    const those =
      block.type === 'actions' ? block.elements : block.type === 'section' ? [block.accessory] : [];
    return those.map((element) => ({ block_id: block.block_id, element }));
  });
  for (const { block_id, element } of elements) {
    if (element?.type !== 'button' || element.action_id !== action) continue;
    const { text, value, action_id } = element;
    return { type: 'button', action_id, block_id, text, ...(value && { value }), action_ts: newTs() };
  }
  throw new Error(`No element ${action}.`);
}
