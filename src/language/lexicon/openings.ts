/** How people begin a question; taken off the front, again and again, before reading. */
const POLITE = `please|pls|plz|kindly|just|hey|hi|hello|ok|okay|so|now|and|um|actually|spotter|yes|yeah|no(?=,| the\\b| not\\b| i\\b)|help me(?: to)?
|(?:can|could|would|will) (?:you|u)|i (?:need|want)(?: you)? to|i(?:'d| would) like(?: you)? to|try to|let us|let's`;
const ASKING = `find|locate|highlight|select|detect|identify|look for|search for|point (?:at|to|out)|tell me|see
|i(?:'m| am) looking for|i want|i need|i mean|i (?:can )?see|do (?:you|u) see|(?:you|u) see`;
/** These are nouns too ("spot on the wall"): only with something to be asked about behind them. */
const ASKING_FOR =
  '(?:show|spot|mark|point|pick|circle|box|give|get|click(?: on)?|choose)(?= (?:me|us|the|a|an|all|every|any|both|my|this|that|where|which|out)\\b)';
const QUESTIONS = `where(?:'s| is| are)?|(?:which|what)(?: ones?)?(?:'s| is| are)|which(?= of\\b)|(?:which|what)(?! (?:the|a|an|he|she|they|you|i)\\b)
|(?:is|are) there|there(?:'s| is| are)|it(?:'s| is)(?= (?:the|a|an)\\b)|(?:this|that) is(?= (?:the|a|an)\\b)`;
const SCENE = 'in (?:the|this) (?:picture|image|photo|photograph|pic|scene)';

const OPENING = new RegExp(
  `^[\\s,.:;!?-]*(?:(?:${[POLITE, ASKING, ASKING_FOR, QUESTIONS, SCENE].join('|').replaceAll('\n', '')})(?: (?:me|us))?)(?=[\\s,.:!]|$)[\\s,.:!]*`,
  'i',
);
const CLOSING =
  /[\s,]+(?:please|pls|plz|thanks|thank you|thx|ok|okay|in (?:the|this) (?:picture|image|photo|photograph|pic|scene))[\s.!?]*$/i;

/** Characters [start, end) of the text without what is only courtesy; the whole text where nothing else is left. */
export function askedFor(text: string): readonly [start: number, end: number] {
  const plain = text.replaceAll('’', "'").replace(/\s/g, ' ');
  let start = 0;
  let end = text.length;
  for (;;) {
    const length = OPENING.exec(plain.slice(start, end))?.[0].length ?? 0;
    if (length === 0) break;
    start += length;
  }
  for (;;) {
    const closing = CLOSING.exec(plain.slice(start, end));
    if (!closing) break;
    end = start + closing.index;
  }
  return /[\p{L}\p{N}]/u.test(plain.slice(start, end)) ? [start, end] : [0, text.length];
}
