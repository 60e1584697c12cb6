function row(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

/** A Markdown table. */
export function markdownTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** The lines between which a document holds a part that a command writes. */
export interface Marks {
	start: string;
	end: string;
}

/** The document with `part` between its marks. Throws where it has no marks. */
export function withPart(document: string, { start, end }: Marks, part: string): string {
	const from = document.indexOf(start);
	const to = document.indexOf(end);
	if (from === -1 || to < from) throw new Error(`The document needs the lines "${start}" and "${end}".`);
	return `${document.slice(0, from + start.length)}\n\n${part}\n\n${document.slice(to)}`;
}
