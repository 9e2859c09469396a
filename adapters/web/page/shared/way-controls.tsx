import type { JSX } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import type { Settings } from '../../server/schemas.ts';
import { choices, mayCallModel, models, strategies, strategyOf, whyNot } from './choices.ts';
import { TOP_K, type Way } from './link.ts';

interface WayControlsProps {
  readonly way: Way;
  readonly onChange: (way: Way) => void;
}

/** Chooses a strategy, a detector and settings. */
export function WayControls({ way, onChange }: WayControlsProps): JSX.Element {
  useEffect(() => void choices.load(), []);
  const id = useId();
  const settings = way.settings ?? {};
  const reason = whyNot(way);
  const set = <K extends keyof Settings>(name: K, value: Settings[K] | undefined) => {
    const { [name]: _, ...others } = settings;
    onChange({ ...way, settings: value === undefined ? others : { ...others, [name]: value } });
  };
  const asksModel = mayCallModel(way);
  return (
    <div class="way">
      <Field label="Strategy" id={`${id}-strategy`}>
        <select
          id={`${id}-strategy`}
          value={strategyOf(way)}
          aria-describedby={reason ? `${id}-why` : undefined}
          onChange={({ currentTarget }) => onChange({ ...way, strategy: currentTarget.value })}
        >
          {(strategies.value?.strategies ?? []).map(({ name, is_default, can_run, why_not }) => (
            <option key={name} value={name} disabled={!can_run && name !== strategyOf(way)}>
              {name + (is_default ? ' (default)' : '') + (can_run ? '' : `: ${why_not}`)}
            </option>
          ))}
        </select>
      </Field>
      {reason && (
        <p id={`${id}-why`} class="why-not">
          Cannot run: {reason}.
        </p>
      )}
      <Field label="Detector" id={`${id}-detector`}>
        <select
          id={`${id}-detector`}
          value={way.detector ?? models.value.find(({ is_default }) => is_default)?.id ?? ''}
          onChange={({ currentTarget }) => onChange({ ...way, detector: currentTarget.value })}
        >
          {models.value.map(({ id: model, name, installed }) => (
            <option key={model} value={model} disabled={!installed}>
              {installed ? model : `${model}: not installed`} {installed && `(${name.split(/,| which/)[0]})`}
            </option>
          ))}
        </select>
      </Field>
      <Slider
        label="Box threshold"
        hint="Regions with a lower score are dropped."
        value={settings.box_threshold ?? 0}
        onInput={(value) => set('box_threshold', value === 0 ? undefined : value)}
      />
      <Slider
        label="NMS IoU"
        hint="Of two regions whose IoU is above this, the better scored one stays; 1 keeps all."
        value={settings.nms_iou ?? 1}
        onInput={(value) => set('nms_iou', value === 1 ? undefined : value)}
      />
      <Field label="Top k" id={`${id}-k`} hint="At most so many regions of a noun, and so many options.">
        <select
          id={`${id}-k`}
          aria-describedby={`${id}-k-hint`}
          value={String(settings.top_k ?? '')}
          onChange={({ currentTarget }) =>
            set(
              'top_k',
              TOP_K.find((k) => String(k) === currentTarget.value),
            )
          }
        >
          <option value="">default</option>
          {TOP_K.map((k) => (
            <option key={k} value={String(k)}>
              {k}
            </option>
          ))}
        </select>
      </Field>
      <Choice
        label="Allow None"
        hint="Whether the language model may choose that it is none of the options."
        value={settings.none}
        isOff={!asksModel}
        onChange={(value) => set('none', value)}
      />
      <Choice
        label="Focus"
        hint="Whether sfa points detector and model to the target's phrase."
        value={settings.focus}
        isOff={strategyOf(way) !== 'sfa'}
        onChange={(value) => set('focus', value)}
      />
      <Field
        label="Option order"
        id={`${id}-seed`}
        hint="The seed of the order of the options; derived from the question where empty."
      >
        <input
          id={`${id}-seed`}
          aria-describedby={`${id}-seed-hint`}
          type="number"
          min={0}
          max={2 ** 32 - 1}
          step={1}
          placeholder="default"
          disabled={!asksModel}
          value={settings.seed ?? ''}
          onChange={({ currentTarget }) =>
            set(
              'seed',
              currentTarget.value !== '' && currentTarget.checkValidity()
                ? currentTarget.valueAsNumber
                : undefined,
            )
          }
        />
      </Field>
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly id: string;
  /** What it does. */
  readonly hint?: string;
  readonly children: JSX.Element;
}

/** A control under its label; it is described by the id of the hint, `${id}-hint`. */
const Field = ({ label, id, hint, children }: FieldProps): JSX.Element => (
  <div class="field">
    <label for={id}>{label}</label>
    {children}
    {hint && (
      <small id={`${id}-hint`} class="hint">
        {hint}
      </small>
    )}
  </div>
);

interface SliderProps {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly onInput: (value: number) => void;
}

/** 0 up to 1 in steps of 0.01. */
function Slider({ label, hint, value, onInput }: SliderProps): JSX.Element {
  const id = useId();
  return (
    <Field label={label} id={id} hint={hint}>
      <span class="slider">
        <input
          id={id}
          aria-describedby={`${id}-hint`}
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={value}
          onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
        />
        <output for={id}>{value.toFixed(2)}</output>
      </span>
    </Field>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly hint: string;
  readonly value: boolean | undefined;
  readonly isOff: boolean;
  readonly onChange: (value: boolean | undefined) => void;
}

const ANSWERS: Readonly<Record<string, boolean>> = { with: true, without: false };

/** With, without, or the server's default. */
function Choice({ label, hint, value, isOff, onChange }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <Field label={label} id={id} hint={hint}>
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        disabled={isOff}
        value={value === undefined ? '' : value ? 'with' : 'without'}
        onChange={({ currentTarget }) => onChange(ANSWERS[currentTarget.value])}
      >
        <option value="">default</option>
        <option value="with">with</option>
        <option value="without">without</option>
      </select>
    </Field>
  );
}
