/** Lines of a table with its columns aligned; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string[] {
	const [head = []] = rows;
	const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
	return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.slice(1).map(line)];
}
