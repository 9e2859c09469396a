import type { Cost } from '../verdict.ts';
import type { Profile } from './profile.ts';

/** A picture for a multimodal model: encoded, already within what its profile allows. */
export interface MllmImage {
  readonly mime: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
}

/** One question to a multimodal model; a whole conversation is never kept. */
export interface MllmRequest {
  /** What it should be, before anything is asked. */
  readonly system?: string;
  readonly prompt: string;
  readonly images?: readonly MllmImage[];
  /** Most tokens of the answer. */
  readonly maxTokens: number;
  /** Asks for the alternatives of the first answer token, where the profile says that the server gives them. */
  readonly logprobs?: boolean;
  /** The only answers that are wanted; enforced by the server where the profile says that it can. */
  readonly choices?: readonly string[];
  /** The JSON that is wanted, enforced likewise. */
  readonly schema?: { readonly name: string; readonly json: Readonly<Record<string, unknown>> };
  /** When the question as a whole has to be answered; covers waiting, retries and reading the body. */
  readonly signal?: AbortSignal;
  /**
   * How long it may take at most, in milliseconds; what is usual for the endpoint unless told. Unlike a signal it is
   * known beforehand: a retry that could not be in time fails at once.
   */
  readonly timeoutMs?: number;
  /** Told once what it took, also when it fails. */
  readonly onCost?: (cost: Cost) => void;
}

/** An alternative for a token, with its natural logarithm of probability. */
export interface TokenAlternative {
  readonly token: string;
  readonly logprob: number;
}

export interface MllmReply {
  /** As it came: untrusted. Never empty; of a refusal, what it says. */
  readonly text: string;
  /** Whether it ended by itself, was cut off at `maxTokens`, or was refused by a filter. */
  readonly finish: 'stop' | 'length' | 'refused';
  /** Of the first answer token, most probable first; absent where the server gave none. */
  readonly first?: readonly TokenAlternative[];
  readonly cost: Cost;
}

/** A multimodal model behind an OpenAI-compatible endpoint. */
export interface Mllm {
  /** The model's name, as the endpoint knows it. */
  readonly id: string;
  /** Its endpoint's base URL; it carries no secret. */
  readonly where: string;
  readonly profile: Profile;
  /**
   * Asks once; retries what is worth retrying within the signal's time.
   * @throws SpotterError mllm-down (not reachable, failing, breaker open), mllm-refused (key, model or request not
   *   accepted), busy (too many wait already), timed-out, cancelled
   */
  ask(request: MllmRequest): Promise<MllmReply>;
  /**
   * The profile to ask for a box with: found out where nobody has said how the model writes one; absent where it is known.
   * @throws as `ask`
   */
  profileForBoxes?(request: Pick<MllmRequest, 'signal' | 'timeoutMs' | 'onCost'>): Promise<Profile>;
}

/** What a server says that an answer took, in tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly answerTokens: number;
}

/** What one answer took; without dollars where no price is known, or the server does not count tokens. */
export function costOf(
  taken: { readonly calls: number; readonly ms: number; readonly usage: Usage | undefined },
  price?: Profile['price'],
): Cost {
  const { calls, ms, usage } = taken;
  const { promptTokens, answerTokens } = usage ?? { promptTokens: 0, answerTokens: 0 };
  const dollars = price && usage && (promptTokens * price.prompt + answerTokens * price.answer) / 1e6;
  return { calls, promptTokens, answerTokens, ms, ...(dollars !== undefined && { dollars }) };
}
