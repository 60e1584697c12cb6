import { MATRIX, SUBJECT_IDS, SUBJECTS, type Expected } from './matrix';

/** The lines between which `docs/reliability.md` holds the generated table. */
const TABLE_START = '<!-- The table below is made by "npm run docs:reliability" from test/faults/matrix.ts. -->';
const TABLE_END = '<!-- End of the generated table. -->';

function cell(expected: Expected | undefined): string {
	if (!expected) return '–';
	const { status, kind, billed, attempts, onTheBill, handle } = expected;
	const sent = attempts === 1 ? '' : `, sent ${attempts} times`;
	if (status === 'completed') return `image${sent}`;
	const money = billed === 'no' ? 'not billed' : billed === 'yes' ? 'billed' : `billed: unknown (${onTheBill} in fact)`;
	return `${kind ?? status}${sent}, ${money}${handle ? ', task kept' : ''}`;
}

function row(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

/** The fault matrix as a Markdown table. */
function reliabilityTable(): string {
	const head = ['What goes wrong', ...SUBJECT_IDS.map((id) => SUBJECTS[id].name)];
	const lines = MATRIX.map(({ what, expected }) => row([what, ...SUBJECT_IDS.map((id) => cell(expected[id]))]));
	return [row(head), row(head.map(() => '---')), ...lines].join('\n');
}

/** A document with its table made anew. Throws where the document has no place for it. */
export function withTable(document: string): string {
	const start = document.indexOf(TABLE_START);
	const end = document.indexOf(TABLE_END);
	if (start === -1 || end < start) throw new Error('docs/reliability.md has no place for the table');
	return `${document.slice(0, start + TABLE_START.length)}\n\n${reliabilityTable()}\n\n${document.slice(end)}`;
}
