/** Columns as wide as they need; the first one to the left, the others to the right, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Cells by row and column, in the order in which they first come; empty where there is none. */
export function crossTable<T>(
  cells: readonly T[],
  names: (cell: T) => { readonly row: string; readonly column: string },
  print: (cell: T) => string,
): string[][] {
  const rows = new Map<string, Map<string, string>>();
  const columns = new Set<string>();
  for (const cell of cells) {
    const { row, column } = names(cell);
    columns.add(column);
    const known = rows.get(row);
    if (known) known.set(column, print(cell));
    else rows.set(row, new Map([[column, print(cell)]]));
  }
  const head = ['', ...columns];
  return [
    head,
    ...[...rows].map(([row, of]) => [row, ...[...columns].map((column) => of.get(column) ?? '')]),
  ];
}
