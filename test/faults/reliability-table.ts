import { markdownTable, withPart } from '../../scripts/docs/markdown';
import { MATRIX, SUBJECT_IDS, SUBJECTS, type Expected } from './matrix';

/** The lines between which `docs/reliability.md` holds the generated table. */
const MARKS = {
	start: '<!-- The table below is made by "npm run docs:reliability" from test/faults/matrix.ts. -->',
	end: '<!-- End of the generated table. -->',
};

function cell(expected: Expected | undefined): string {
	if (!expected) return '–';
	const { status, kind, billed, attempts, onTheBill, handle } = expected;
	const sent = attempts === 1 ? '' : `, sent ${attempts} times`;
	if (status === 'completed') return `image${sent}`;
	const money = billed === 'no' ? 'not billed' : billed === 'yes' ? 'billed' : `billed: unknown (${onTheBill} in fact)`;
	return `${kind ?? status}${sent}, ${money}${handle ? ', task kept' : ''}`;
}

/** The fault matrix as a Markdown table. */
function reliabilityTable(): string {
	const head = ['What goes wrong', ...SUBJECT_IDS.map((id) => SUBJECTS[id].name)];
	return markdownTable(head, MATRIX.map(({ what, expected }) => [what, ...SUBJECT_IDS.map((id) => cell(expected[id]))]));
}

/** A document with its table made anew. Throws where the document has no place for it. */
export function withTable(document: string): string {
	return withPart(document, MARKS, reliabilityTable());
}
