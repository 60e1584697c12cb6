import { formatUsd, toNumber, type Usd } from './money';

/** One bar: a model on a provider and its price. */
export interface ChartBar {
	label: string;
	total: Usd;
	/** The model the user has chosen. */
	chosen: boolean;
}

const WIDTH = 800;
const MARGIN = 24;
const LABEL_WIDTH = 270;
const VALUE_WIDTH = 90;
const ROW = 30;
const BAR = 18;
const HEADER = 72;
/** Bars beyond these are counted in the last line. */
const MOST_BARS = 24;

/** Colours that stand out from light and dark alike; a background of its own keeps the text legible. */
const STYLE = [
	'.back{fill:#ffffff}.text{fill:#1f2430}.faint{fill:#5b6472}.bar{fill:#8fb3ff}.chosen{fill:#ff6d5a}',
	'@media (prefers-color-scheme:dark){.back{fill:#1b1e26}.text{fill:#f1f3f7}.faint{fill:#aab2c0}.bar{fill:#4f78d1}}',
].join('');

function escape(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function shorten(text: string): string {
	const most = 32;
	return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function row({ label, total, chosen }: ChartBar, position: number, largest: number): string {
	const top = HEADER + position * ROW;
	const middle = top + BAR / 2 + 5;
	const room = WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH;
	// A free or tiny price still shows as a line.
	const length = Math.max(2, largest > 0 ? (toNumber(total) / largest) * room : 0);
	const left = MARGIN + LABEL_WIDTH;
	const weight = chosen ? ' font-weight="700"' : '';
	return [
		`<text class="text" x="${left - 10}" y="${middle}" text-anchor="end"${weight}>${escape(shorten(label))}</text>`,
		`<rect class="${chosen ? 'chosen' : 'bar'}" x="${left}" y="${top}" width="${length.toFixed(1)}" height="${BAR}" rx="3"/>`,
		`<text class="text" x="${(left + length + 8).toFixed(1)}" y="${middle}"${weight}>${formatUsd(total)}</text>`,
	].join('');
}

/**
 * A bar chart of prices as an SVG document, 800 pixels wide, in the order given; legible on light and dark.
 * Bars beyond the first 24 are left out and counted.
 */
export function priceChart(title: string, subtitle: string, bars: readonly ChartBar[]): string {
	const shown = bars.slice(0, MOST_BARS);
	const largest = Math.max(0, ...shown.map(({ total }) => toNumber(total)));
	const rest = bars.length - shown.length;
	const height = HEADER + shown.length * ROW + (rest > 0 ? ROW : 0) + MARGIN / 2;
	const more = rest > 0
		? `<text class="faint" x="${MARGIN}" y="${HEADER + shown.length * ROW + 14}">and ${rest} dearer ones</text>`
		: '';
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui,-apple-system,'Segoe UI',Roboto,sans-serif" font-size="14">`,
		`<title>${escape(title)}</title><style>${STYLE}</style>`,
		`<rect class="back" width="${WIDTH}" height="${height}" rx="8"/>`,
		`<text class="text" x="${MARGIN}" y="30" font-size="18" font-weight="700">${escape(title)}</text>`,
		`<text class="faint" x="${MARGIN}" y="50" font-size="13">${escape(subtitle)}</text>`,
		...shown.map((bar, position) => row(bar, position, largest)),
		more,
		'</svg>',
	].join('');
}
