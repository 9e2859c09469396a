import { find } from '../../src/ask.ts';
import type { StrategyName } from '../../src/config.ts';
import type { StandIn } from '../../src/evaluate/stand-in/server.ts';
import { type Calibration, loadCalibration } from '../../src/reasoning/calibration.ts';
import type { MllmUse } from '../../src/strategy/strategy.ts';
import type { Verdict } from '../../src/verdict.ts';
import { mllmOn } from '../mllm/reply/other-options.ts';
import { eyesOn, paint, type TestScene } from '../reasoning/scene.ts';

const calibration = loadCalibration();

export const TWO = paint([
  { label: 'dog', box: [20, 100, 120, 200] },
  { label: 'dog', box: [250, 100, 350, 200] },
]);

/** One question, the whole way, through the real client to a stand-in. */
export const askOn = (
  server: StandIn,
  strategy: StrategyName,
  expression: string,
  more: {
    readonly scene?: TestScene;
    readonly use?: Partial<MllmUse>;
    readonly signal?: AbortSignal;
    readonly strategies?: Calibration['strategies'];
  } = {},
): Promise<Verdict> => {
  const { scene = TWO, use, signal, strategies } = more;
  const mllm = { mllm: mllmOn(server), ...use };
  return find(
    { picture: scene.picture, expression, ...(signal && { signal }) },
    { detector: eyesOn(scene), calibration: { ...calibration, strategies }, strategy, mllm },
  );
};
