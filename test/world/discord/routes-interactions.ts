import { refusal } from './errors.ts';
import { readForm } from './form.ts';
import { answer, followUp, type Interaction } from './interactions.ts';
import { Written } from './limits.ts';
import { change, existing, type Letter, remove } from './messages.ts';
import type { Context, Routes } from './routes.ts';
import type { Stored } from './world.ts';

/** Answers to interactions: they need no permissions in the channel, and no token but their own. */
export const INTERACTION_ROUTES: Routes = {
  'POST !/interactions/{id}/{token}/callback': ({ world, interactions, asking, at }) => {
    const interaction = interactions.answering(at.id!, at.token!);
    answer(world, interaction, asking);
    const { type } = asking.form as { type: number };
    if (asking.query.with_response !== 'true') return undefined;
    const { id, kind, original } = interaction;
    const message = original && { message: original.message };
    const ids = original && { response_message_id: original.message.id };
    return { interaction: { id, type: kind, ...ids }, resource: { type, ...message } };
  },
  'POST !/webhooks/{app}/{token}': (context) =>
    followUp(context.world, ofToken(context), letterOf(context)).message,
  'GET !/webhooks/{app}/{token}/messages/{message}': (context) => sentIn(context).message,
  'PATCH !/webhooks/{app}/{token}/messages/{message}': (context) => {
    const interaction = ofToken(context);
    const stored = sentIn(context);
    change(context.world, stored, letterOf(context));
    if (stored === interaction.original) interaction.deferred = false;
    return stored.message;
  },
  'DELETE !/webhooks/{app}/{token}/messages/{message}': (context) => {
    const interaction = ofToken(context);
    const stored = sentIn(context);
    remove(context.world, stored);
    // What is said next is a message of its own.
    if (stored === interaction.original) interaction.deferred = false;
    return undefined;
  },
};

function ofToken({ world, interactions, at }: Context): Interaction {
  if (at.app !== world.bot.id) throw refusal('unknownWebhook');
  return interactions.answered(at.token!);
}

function letterOf({ asking }: Context): Letter {
  return { form: readForm(Written, asking.form), files: asking.files };
}

function sentIn(context: Context): Stored {
  const { world, at } = context;
  const { original, channel } = ofToken(context);
  if (at.message !== '@original') return existing(world, channel, at.message!);
  if (!original || original.removed !== undefined) throw refusal('unknownMessage');
  return original;
}
