import { z } from 'zod';
import type { SourceKind } from './source.ts';
import { below, segments } from './text.ts';

const schema = z.strictObject({
  kind: z.literal('huggingface'),
  repo: segments,
  /** A branch, a tag, or better the hash of a commit, which cannot be moved. */
  revision: segments.default('main'),
});

/** A repository on Hugging Face, or on what HF_ENDPOINT names instead. */
export const huggingface = {
  schema,
  name: (_, { hfEndpoint }) => new URL(hfEndpoint).host,
  fetch({ repo, revision }, wanted, part, { config: { hfEndpoint, hfToken }, download }) {
    const remote = {
      url: below(hfEndpoint, repo, 'resolve', revision, wanted.path),
      secret: hfToken === undefined ? {} : { authorization: `Bearer ${hfToken}` },
      denied:
        hfToken === undefined
          ? 'set HF_TOKEN to a token of an account that may read it'
          : 'the account of HF_TOKEN may not read it, or the token is not valid',
    };
    return download(remote, wanted, part);
  },
} satisfies SourceKind<z.infer<typeof schema>>;
