import { asSpotterError } from '../../src/errors.ts';
import type { LinkFrom } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';

/** Downloads links with a token, all names being of this machine, and prints what came of each. */
const [allowed = '', ...tasks] = process.argv.slice(2);
const { download } = createDownloader({
  links: true,
  allowedHosts: new Set(allowed.split(',')),
  resolve: async () => ['127.0.0.1'],
});
for (const task of tasks) {
  const [as, link] = task.split(' ') as [LinkFrom, string];
  const headersFor = () => ({ authorization: 'Bearer canary' });
  const said = await download(link, { as, headersFor }).then(
    (bytes) => `${bytes.length} bytes`,
    (thrown: unknown) => `${asSpotterError(thrown).code}: ${asSpotterError(thrown).message}`,
  );
  console.log(said);
}
