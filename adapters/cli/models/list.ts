import type { ListedModel, ListedVariant } from '../../../src/models/listing.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import type { ListRequest } from './declare.ts';
import type { Action } from './models-command.ts';
import { variantSize } from './text.ts';

/** What can be had, and what is here. */
export const list: Action<ListRequest> = ({ options }, models, console) => {
  const all = models.list();
  if (options.json) console.print(safeJson({ models: all }));
  else console.print(...all.flatMap((model) => modelLines(model, console.paint)));
  return 0;
};

const modelLines = (model: ListedModel, paint: Console['paint']): string[] => [
  `${paint('bold', model.id)}: ${safe(model.title)} (${safe(model.licence.id)})`,
  ...model.variants.map((variant) => `  ${variantLine(model, variant, paint)}`),
];

function variantLine({ shipped }: ListedModel, variant: ListedVariant, paint: Console['paint']): string {
  const { name, here, isDefault } = variant;
  const size = variantSize(variant).padStart(13);
  const state = here ? paint('green', 'here'.padEnd(10)) : 'not pulled';
  const remark = shipped ? 'comes with Spotter' : isDefault ? 'the usual one' : '';
  return `${name.padEnd(10)} ${size}   ${state}   ${remark}`.trimEnd();
}
