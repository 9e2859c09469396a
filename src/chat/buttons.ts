import { BUTTON_KINDS, type Button, type ButtonKind } from './contract.ts';

/** What was pressed: a kind of button of a turn, and the number on it, counted from 1. */
export interface Pressed {
  readonly kind: ButtonKind;
  readonly turn: string;
  readonly number?: number;
}

const LABELS: Readonly<Record<ButtonKind, string>> = {
  pick: '',
  picture: 'Picture ',
  all: 'All candidates',
  why: 'Why?',
  right: 'Right',
  wrong: 'Wrong',
};

export function buttonFor(kind: ButtonKind, turn: string, number?: number): Button {
  const numbered = number === undefined ? '' : String(number);
  return { id: ['spotter', kind, turn, numbered].join(':'), kind, label: `${LABELS[kind]}${numbered}` };
}

const ID = /^spotter:([a-z]+):([\w-]{1,40}):(\d{0,2})$/;

/** Reads what comes back; undefined for whatever is no button of ours. */
export function readButton(id: string): Pressed | undefined {
  const [, kind, turn, number] = ID.exec(id) ?? [];
  if (turn === undefined || !(BUTTON_KINDS as readonly (string | undefined)[]).includes(kind))
    return undefined;
  return { kind: kind as ButtonKind, turn, ...(number ? { number: Number(number) } : {}) };
}
