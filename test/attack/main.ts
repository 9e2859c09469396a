// Attacks the bot as one person could, and prints what came of it beside what docs/security.md promises:
// npm run attack [-- NAME …]. Exits with 1 where a promise is not kept.
import { removeFolders } from '../bot/start.ts';
import { WAYS } from '../bot/ways.ts';
import { type Finding, isKept } from './finding.ts';
import { HOSTILE_PICTURES } from './hostile-pictures.ts';
import { attackByKills } from './kills.ts';
import { attackByFlood, attackByPictures } from './pictures.ts';
import { attackByReplies } from './replies.ts';
import { attackByRequests } from './requests.ts';
import { onTarget } from './target.ts';
import { attackByWords } from './words.ts';

const ATTACKS: Readonly<Record<string, () => Promise<Finding[]>>> = {
  words: () => onTarget((target) => attackByWords(target, 100)),
  pictures: () => onTarget((target) => attackByPictures(target, HOSTILE_PICTURES)),
  flood: () => onTarget(attackByFlood),
  requests: () => onTarget(attackByRequests, 'slack-http'),
  replies: () => attackByReplies(60),
  ...Object.fromEntries(
    (Object.keys(WAYS) as (keyof typeof WAYS)[]).map((way) => [`kills-${way}`, () => attackByKills(way, 20)]),
  ),
};

const names = Object.keys(ATTACKS);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.some((one) => one.startsWith(name)));
if (unknown.length > 0) {
  console.error(`There is no attack ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  process.exit(64);
}

let kept = true;
for (const name of names.filter((one) => asked.length === 0 || asked.some((each) => one.startsWith(each)))) {
  for (const finding of await ATTACKS[name]!()) {
    const { what, measured, allowed, unit, worst } = finding;
    kept &&= isKept(finding);
    console.log(
      `${isKept(finding) ? 'kept  ' : 'BROKEN'}  ${what}: ${measured.toFixed(0)} ${unit}, allowed ${allowed}${worst === undefined ? '' : ` (${worst})`}`,
    );
  }
}
removeFolders();
process.exitCode = kept ? 0 : 1;
