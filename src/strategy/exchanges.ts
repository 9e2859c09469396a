import type { Exchange, OptionShown } from '../explanation.ts';
import type { Mllm } from '../mllm/mllm.ts';
import type { MultipleChoice, Offerable } from '../mllm/multiple-choice.ts';
import type { Choice } from '../mllm/reply/letter.ts';
import type { Probabilities } from './conclude.ts';

/** The same model; what it is sent and says is added to `exchanges`, in order, also where no reply comes. */
export function recorded(mllm: Mllm, exchanges: Exchange[]): Mllm {
  return {
    ...mllm,
    async ask(request) {
      const sent = { model: mllm.id, prompt: request.prompt, images: request.images?.length ?? 0 };
      const at = exchanges.push(sent) - 1;
      const { text, first, ...reply } = await mllm.ask(request);
      const alternatives = first?.map(({ token, logprob }) => ({ token, probability: Math.exp(logprob) }));
      exchanges[at] = { ...sent, reply: text, ...(alternatives && { alternatives }) };
      return { text, ...(first && { first }), ...reply };
    },
  };
}

/** A selection, as far as an exchange tells it. */
interface Selected {
  readonly choice: Choice<Offerable>;
  readonly offer: MultipleChoice<Offerable>;
  readonly presence: number | undefined;
  readonly probabilities: Probabilities | undefined;
}

/** The exchange with what was offered in it and what was chosen. */
export function withSelection(
  exchange: Exchange,
  { choice, offer, presence, probabilities }: Selected,
): Exchange {
  const likely = (letter: string) => {
    const probability = probabilities?.byLetter[letter];
    return probability === undefined ? {} : { probability };
  };
  const shown = offer.options.map(({ letter, candidate: { box, label } }): OptionShown => {
    return { letter, box, ...(label !== undefined && { label }), ...likely(letter) };
  });
  const none = offer.none === undefined ? [] : [{ letter: offer.none, ...likely(offer.none) }];
  const letter = choice.kind === 'option' ? choice.letter : choice.kind === 'none' ? offer.none : undefined;
  return {
    ...exchange,
    options: [...shown, ...none],
    choice: {
      kind: choice.kind,
      ...(letter !== undefined && { letter }),
      ...(presence !== undefined && { presence }),
    },
  };
}
