import { afterEach, describe, expect, it } from 'vitest';
import { answer, answerTo, dogs, type Playing, play } from './bot.ts';

let playing: Playing | undefined;
afterEach(() => playing?.close());

describe('what Slack does not usually send', () => {
  it.each([
    'null',
    '{"type":"events_api","envelope_id":"e1","payload":{}}',
    '{"type":"events_api","envelope_id":"e2","payload":null}',
    '{"type":"events_api","envelope_id":"e3","payload":{"type":"event_callback","event":null}}',
    '{"type":"events_api","envelope_id":"e4"}',
    '[]',
    'no JSON',
  ])('does not end the process: %s', async (frame) => {
    playing = await play({}, { transport: 'socket' });
    const { slack } = playing;
    slack.frame(frame);
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answerTo(slack, said)).text).toContain('Found the upper dog');
  });

  it('may be null instead of not being there', async () => {
    playing = await play({}, { transport: 'socket' });
    const { slack } = playing;
    const ann = slack.person();
    slack.frame(
      JSON.stringify({
        type: 'events_api',
        envelope_id: 'n1',
        payload: {
          type: 'event_callback',
          event: {
            ...{ type: 'message', channel: slack.channel.channel, user: ann.id, ts: '1700000000.000100' },
            ...{
              text: `<@${slack.botUser}> the dog`,
              files: [null],
              thread_ts: null,
              edited: null,
              subtype: null,
            },
          },
        },
      }),
    );
    expect((await answer(slack)).text).toContain('There is no picture');
  });
});
