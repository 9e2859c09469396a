import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import type { Button, ButtonKind } from '../../src/chat/contract.ts';

const STYLES: Readonly<Record<ButtonKind, ButtonStyle>> = {
  pick: ButtonStyle.Primary,
  picture: ButtonStyle.Primary,
  all: ButtonStyle.Secondary,
  why: ButtonStyle.Secondary,
  right: ButtonStyle.Success,
  wrong: ButtonStyle.Danger,
};

const IN_A_ROW = 5;
const ROWS = 5;

/** Rows of buttons as Discord allows them: what is chosen among stands above what can be done. */
export function rowsOf(buttons: readonly Button[]): ActionRowBuilder<ButtonBuilder>[] {
  const isChoice = ({ kind }: Button) => kind === 'pick' || kind === 'picture';
  const others = inRows(buttons.filter((button) => !isChoice(button)));
  const choices = inRows(buttons.filter(isChoice)).slice(0, ROWS - others.length);
  return [...choices, ...others].map((row) =>
    new ActionRowBuilder<ButtonBuilder>().addComponents(row.map(builderOf)),
  );
}

const inRows = (buttons: readonly Button[]): Button[][] =>
  Array.from({ length: Math.ceil(buttons.length / IN_A_ROW) }, (_, row) =>
    buttons.slice(row * IN_A_ROW, (row + 1) * IN_A_ROW),
  );

const builderOf = ({ id, kind, label }: Button): ButtonBuilder =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(STYLES[kind]);
