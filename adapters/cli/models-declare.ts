import { type Command, Option } from 'commander';
import { DEVICES, type Device } from '../../src/config.ts';

interface Json {
  readonly json: boolean;
}

export interface ListRequest {
  readonly action: 'list';
  readonly options: Json;
}
export interface PullRequest {
  readonly action: 'pull';
  readonly reference: string;
  readonly options: Json & { readonly acceptLicence: boolean };
}
export interface VerifyRequest {
  readonly action: 'verify';
  readonly reference?: string;
  readonly options: Json;
}
export interface RemoveRequest {
  readonly action: 'remove';
  readonly reference: string;
  readonly options: Json;
}
export interface PathRequest {
  readonly action: 'path';
  readonly reference: string;
  readonly options: Json;
}

export interface ParityRequest {
  readonly action: 'parity';
  /** Folder of a model in the published layout. */
  readonly model: string;
  /** Folder of golden vectors. */
  readonly golden: string;
  readonly options: Json & {
    readonly photos?: string;
    /** Path of the weights in the model's folder. */
    readonly weights: string;
    readonly device: Device;
  };
}

/** What "spotter models …" asks for: one kind for each action. */
export type ModelsRequest = { readonly command: 'models' } & (
  | ListRequest
  | PullRequest
  | VerifyRequest
  | RemoveRequest
  | PathRequest
  | ParityRequest
);

const EXAMPLES = `
Examples:
  spotter models list
  spotter models pull grounding-dino-tiny              the variant that is usual
  spotter models pull grounding-dino-tiny@fp16         another one
  spotter models verify`;

const JSON_OPTION = ['--json', 'print one JSON object on one line', false] as const;
const REFERENCE = ['<model>', 'an id of the registry, or id@variant'] as const;

/** Declares what can be done with "models". */
export function declareModels(models: Command, found: (request: ModelsRequest) => void): void {
  models.description('List, download, check and remove detectors.').addHelpText('after', EXAMPLES);
  models
    .command('list')
    .description('List the models of the registry, and say which of them are here.')
    .option(...JSON_OPTION)
    .action((options: Json) => found({ command: 'models', action: 'list', options }));
  models
    .command('pull')
    .description('Download what is missing or changed of a model. What was cut off is continued.')
    .argument(...REFERENCE)
    .option('--accept-licence', 'accept the licence of the model without being asked', false)
    .option(...JSON_OPTION)
    .action((reference: string, options: PullRequest['options']) =>
      found({ command: 'models', action: 'pull', reference, options }),
    );
  models
    .command('verify')
    .description('Read all bytes of a model, or of all that are here, and compare them.')
    .argument('[model]', REFERENCE[1])
    .option(...JSON_OPTION)
    .action((reference: string | undefined, options: Json) =>
      found({
        command: 'models',
        action: 'verify',
        options,
        ...(reference === undefined ? {} : { reference }),
      }),
    );
  models
    .command('remove')
    .description('Remove a downloaded model, or one variant of it.')
    .argument(...REFERENCE)
    .option(...JSON_OPTION)
    .action((reference: string, options: Json) =>
      found({ command: 'models', action: 'remove', reference, options }),
    );
  models
    .command('path')
    .description('Print the folder of a model that is here.')
    .argument(...REFERENCE)
    .option(...JSON_OPTION)
    .action((reference: string, options: Json) =>
      found({ command: 'models', action: 'path', reference, options }),
    );
  models
    .command('parity')
    .description('Compare a Grounding DINO, as Spotter runs it, with what the reference made of the same.')
    .argument('<model>', 'a folder in the published layout')
    .argument('<golden>', 'a folder of golden vectors, see docs/grounding-dino.md')
    .option('--photos <folder>', 'where the photos lie, if not near the golden vectors')
    .option('--weights <path>', "the weights, in the model's folder", 'onnx/model.onnx')
    .addOption(new Option('--device <device>', 'where it runs').choices(DEVICES).default('cpu'))
    .option(...JSON_OPTION)
    .action((model: string, golden: string, options: ParityRequest['options']) =>
      found({ command: 'models', action: 'parity', model, golden, options }),
    );
}
